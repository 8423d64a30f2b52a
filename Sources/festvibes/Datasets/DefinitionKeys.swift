import Definitions

/// The keys of the definitions' format as Markdown, from the forms that check them: a table for the top level, and one for
/// each section and plugin.
struct DefinitionKeys {
  let plugins: KnownPlugins

  var markdown: [String] {
    let top = SectionForm.definition(plugins)
    var lines = ["### Keys of a definition", ""] + Self.table(top)
    for key in top.keys where key.isSupported { lines += section(key) }
    return lines
  }

  private func section(_ key: KeyForm) -> [String] {
    switch key.form {
    case .section(let form): ["", "### `\(key.name)`", ""] + Self.table(form)
    case .plugin(let plugins, let name, _), .list(.plugin(let plugins, let name, _)):
      plugins.flatMap { plugin in
        ["", "### `\(key.name)`: `\(name): \(plugin.name)`", "", plugin.summary] + Self.keys(of: plugin)
      }
    default: []
    }
  }

  private static func keys(of plugin: PluginForm) -> [String] {
    if let other = plugin.sameAs { return ["It has the keys of `\(other)`."] }
    return plugin.section.keys.isEmpty ? ["It has no further keys."] : [""] + table(plugin.section)
  }

  private static func table(_ form: SectionForm) -> [String] {
    ["| key | value | default | |", "|---|---|---|---|"] + rows(form, below: "")
  }

  private static func rows(_ form: SectionForm, below path: String) -> [String] {
    form.keys.filter(\.isSupported).flatMap { key in
      let value = key.isSecret || key.mayBeSecret ? "\(key.form.words); may be a secret" : key.form.words
      let standard = key.isRequired ? "required" : key.standard ?? ""
      let cells = ["`\(path)\(key.name)`", value, standard, key.summary].map { $0.replacing("|", with: "\\|") }
      let row = "| \(cells.joined(separator: " | ")) |"
      switch key.form {
      case .section(let inner) where !path.isEmpty || form.keys.allSatisfy({ $0.name != "dataset_id" }):
        return [row] + rows(inner, below: "\(path)\(key.name).")
      case .list(.section(let inner)): return [row] + rows(inner, below: "\(path)\(key.name)[].")
      case .map(.section(let inner)): return [row] + rows(inner, below: "\(path)\(key.name).NAME.")
      default: return [row]
      }
    }
  }
}

extension Form {
  /// The kind of value, for a table.
  fileprivate var words: String {
    switch self {
    case .text(let rule): rule?.allowed ?? "text"
    case .integer(let range):
      range.upperBound == .max
        ? "integer from \(range.lowerBound)" : "integer, \(range.lowerBound) to \(range.upperBound)"
    case .number(let range): "number, \(range.lowerBound) to \(range.upperBound)"
    case .flag: "true or false"
    case .choice(let words): words.map { "`\($0)`" }.joined(separator: ", ")
    case .list(let form): "list: \(form.words)"
    case .section, .plugin: "mapping"
    case .map(let form): "mapping of names to: \(form.words)"
    case .any: "any"
    }
  }
}
