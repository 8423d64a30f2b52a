import Definitions

/// Fields that a rule of `expect` names and that no record can have: it would never be met, or never be broken.
///
/// The fields are known if `normalize` makes them and nothing but constants is added, or if the table refuses others.
struct UnknownFields {
  let problems: [DefinitionProblem]

  init(_ definition: Definition) {
    guard !definition.expectations.isEmpty, let known = Self.known(definition) else {
      problems = []
      return
    }
    problems = definition.expectations.enumerated().flatMap { index, rule in
      ["field", "fields"].flatMap { name in
        rule.texts(name).filter { !known.contains(Self.first(of: $0)) }.map { field in
          let key = "expect[\(index)].\(name)"
          return DefinitionProblem(
            file: definition.file, place: definition.places[key] ?? DefinitionProblem.beginning, key: key,
            "no record has the field '\(field.prefix(60))': the fields are \(known.sorted().joined(separator: ", "))")
        }
      }
    }
  }

  private static func known(_ definition: Definition) -> Set<String>? {
    let names = definition.normalize?.section("fields")?.keys ?? []
    if !names.isEmpty, let metadata = definition.normalize?.text("metadata"),
      definition.transforms.allSatisfy({ $0.plugin == "enrich" })
    {
      return Set(names + [metadata] + definition.transforms.flatMap { $0.section("fields")?.keys ?? [] })
    }
    // Of sinks that take some of the records, each knows the fields of its own.
    let whole = definition.sinks.first { isStrict($0) && $0["where"] == nil }
    guard whole != nil || !definition.sinks.isEmpty && definition.sinks.allSatisfy(isStrict) else { return nil }
    return (whole.map { [$0] } ?? definition.sinks).reduce(into: []) { known, sink in
      known.formUnion(sink.section("where")?.keys ?? [])
      for (name, value) in sink.section("columns")?.values ?? [] {
        let field = value.section?.text("from") ?? name
        if !field.hasPrefix("$") { known.insert(field) }
      }
    }
  }

  private static func isStrict(_ sink: Section) -> Bool {
    sink["columns"] != nil
      && (sink.text("on_unknown_field") == "reject"
        || ["freeze", "discard_row"].contains(sink.text("schema_contract") ?? ""))
  }

  /// The field of a path: `price` of `.price.amount`.
  private static func first(of path: String) -> String {
    guard path.hasPrefix(".") else { return path }
    let rest = path.dropFirst()
    // A name in quotation marks may have any character.
    guard let quoted = [#"""#, #"[""#].first(where: rest.hasPrefix) else {
      return String(rest.prefix { !".[?".contains($0) })
    }
    return String(rest.dropFirst(quoted.count).prefix { $0 != "\"" })
  }
}
