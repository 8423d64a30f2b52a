/// The form of a value in a dataset's definition. Checks, typed reading and the JSON Schema for editors follow from it.
public indirect enum Form: Sendable {
  /// A text, or one that must satisfy a rule.
  case text(Rule? = nil)
  case integer(ClosedRange<Int>)
  case number(ClosedRange<Double>)
  /// `true` or `false`.
  case flag
  /// One of some words.
  case choice([String])
  /// A list; one value may stand for a list of one.
  case list(of: Form)
  /// A mapping with the given keys.
  case section(SectionForm)
  /// A mapping with any keys, whose values have one form.
  case map(of: Form)
  /// A mapping of which one key, `plugin` or another one, names which form the rest has. If only a part is read, other plugins
  /// and other keys are passed over: another program checks them.
  case plugin([PluginForm], by: String = "plugin", isPart: Bool = false)
  /// Any value, for keys that are ignored.
  case any

  /// A rule for texts.
  public struct Rule: Sendable {
    /// The allowed texts, for a person: `an IANA time zone such as America/Chicago`.
    public let allowed: String
    /// The same as a regular expression for editors; nil if there is none.
    public let pattern: String?
    public let isSatisfied: @Sendable (String) -> Bool
    /// Returns what is wrong with a text that does not satisfy the rule, which it may quote: `minutes is '60': it must be …`.
    /// Nil if `allowed` says all there is.
    public let problem: (@Sendable (String) -> String?)?

    public init(_ allowed: String, pattern: String? = nil, _ isSatisfied: @escaping @Sendable (String) -> Bool) {
      self.allowed = allowed
      self.pattern = pattern
      self.isSatisfied = isSatisfied
      problem = nil
    }

    /// - Parameter problem: returns nil for a text that satisfies the rule.
    public init(_ allowed: String, pattern: String? = nil, problem: @escaping @Sendable (String) -> String?) {
      self.allowed = allowed
      self.pattern = pattern
      isSatisfied = { problem($0) == nil }
      self.problem = problem
    }
  }
}

/// A key of a section.
public struct KeyForm: Sendable {
  public let name: String
  public let form: Form
  /// The meaning, in a sentence.
  public let summary: String
  public let isRequired: Bool
  /// The value that counts if the key is missing, for people; nil if there is none.
  public let standard: String?
  /// True if its value is a secret: it must be `${NAME}`, or `NAME` alone, which stands for it. Only keys under `auth` are.
  public let isSecret: Bool
  /// True if a value with a `${NAME}` may be a secret, such as a user's name, which may stand in the file as well.
  public let mayBeSecret: Bool
  /// The warning for a key that is accepted and ignored; nil for all others.
  public let ignored: String?
  /// The problem of a key that is known and not supported yet; nil for all others. A key without a value is no problem.
  public let refused: String?

  public init(
    _ name: String, _ form: Form, isRequired: Bool = false, standard: String? = nil, isSecret: Bool = false,
    mayBeSecret: Bool = false, ignored: String? = nil, refused: String? = nil, _ summary: String
  ) {
    self.name = name
    self.form = form
    self.summary = summary
    self.isRequired = isRequired
    self.standard = standard
    self.isSecret = isSecret
    self.mayBeSecret = mayBeSecret
    self.ignored = ignored
    self.refused = refused
  }

  /// True if a value of the key counts.
  public var isSupported: Bool { ignored == nil && refused == nil }
}

/// The keys of a section, and rules on several of them.
public struct SectionForm: Sendable {
  public let keys: [KeyForm]
  /// A rule on several keys: returns the key to name, such as `key` or `columns.price.check`, and the problem; nil if it is
  /// satisfied. Called only if each key is right by itself.
  public let rule: (@Sendable (Section) -> (key: String, problem: String)?)?
  /// Rules on several keys that find all problems at once; else as `rule`.
  public let rules: (@Sendable (Section) -> [(key: String, problem: String)])?
  /// The key that a scalar in the section's place stands for: `price: numeric` for `price: {type: numeric}`. Nil if there is
  /// none.
  public let shorthand: String?

  public init(
    _ keys: [KeyForm], shorthand: String? = nil, rule: (@Sendable (Section) -> (key: String, problem: String)?)? = nil,
    rules: (@Sendable (Section) -> [(key: String, problem: String)])? = nil
  ) {
    self.rules = rules
    self.keys = keys
    self.shorthand = shorthand
    self.rule = rule
  }
}

/// The form of one plugin's section. A plugin declares it beside its code.
public struct PluginForm: Sendable {
  /// The plugin's name in `plugin:`, or in the key that stands for it.
  public let name: String
  public let summary: String
  public let section: SectionForm
  /// The plugin of which this is another name, with the same keys; nil for a plugin of its own.
  public let sameAs: String?
  /// True for a sink of time series: it covers `windowInDays`, and the section `state` has the last time of each series.
  public let hasSeries: Bool

  public init(
    _ name: String, _ summary: String, _ section: SectionForm, sameAs: String? = nil, hasSeries: Bool = false
  ) {
    self.hasSeries = hasSeries
    self.name = name
    self.summary = summary
    self.section = section
    self.sameAs = sameAs
  }
}
