import Definitions

/// The JSON Schema of the definitions' format, from the forms that check it. Editors use it to complete and to underline; it
/// is no stricter than the check, and does not know rules over several keys.
struct DefinitionSchema {
  let plugins: KnownPlugins

  /// A text that names a variable, whose value is not known to an editor.
  private static let variable = "\\$\\{[A-Z_][A-Z0-9_]*(:-[^}]*)?\\}"

  /// The schema of a whole definition, draft 2020-12.
  var object: [String: Any] {
    var object = section(.definition(plugins))
    object["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    object["title"] = "A dataset's definition"
    addFormerKeys(to: &object)
    return object
  }

  /// Adds system 002's `source` with a `kind`, which stands for `extract` and a `data_type`, and its `parse_config`. The check
  /// knows their keys.
  private func addFormerKeys(to object: inout [String: Any]) {
    guard var properties = object["properties"] as? [String: [String: Any]],
      let required = object["required"] as? [String], let source = properties["source"]
    else { return }
    let former: [String: Any] = ["type": "object", "required": ["kind"]]
    properties["source"] = ["anyOf": [source, former]]
    properties["parse_config"]?["type"] = ["object", "null"]
    object["properties"] = properties
    object["required"] = ["dataset_id"]
    object["anyOf"] = [
      ["required": required.filter { $0 != "dataset_id" }],
      ["required": ["source"], "properties": ["source": ["type": "object"]]],
    ]
  }

  /// - Parameters:
  ///   - plugin: the plugin whose section it is: the key that names it is one of its own then.
  ///   - name: that key.
  private func section(_ form: SectionForm, plugin: String? = nil, by name: String = "plugin") -> [String: Any] {
    var properties = Dictionary(uniqueKeysWithValues: form.keys.map { ($0.name, key($0)) })
    if let plugin { properties[name] = ["const": plugin] }
    return [
      "type": "object", "properties": properties, "additionalProperties": false,
      "required": form.keys.filter(\.isRequired).map(\.name),
    ]
  }

  private func key(_ key: KeyForm) -> [String: Any] {
    if key.refused != nil { return ["type": "null", "description": key.summary] }
    var schema = key.ignored == nil ? value(key.form) : [:]
    if key.ignored != nil { schema["deprecated"] = true }
    // A key without a value is as good as a missing one.
    if !key.isRequired, !schema.isEmpty { schema = ["anyOf": [schema, ["type": "null"]]] }
    schema["description"] = key.summary + (key.standard.map { " Default: \($0)." } ?? "")
    return schema
  }

  private func value(_ form: Form) -> [String: Any] {
    switch form {
    case .text(let rule):
      // An editor takes `1.10` for a number, which here is a text.
      guard let pattern = rule?.pattern else { return ["type": ["string", "number", "boolean"]] }
      return ["type": ["string", "number", "boolean"], "pattern": "\(pattern)|\(Self.variable)"]
    case .integer(let range):
      var schema: [String: Any] = ["type": "integer", "minimum": range.lowerBound]
      if range.upperBound != .max { schema["maximum"] = range.upperBound }
      return written(schema, as: "^[+-]?[0-9]+$")
    case .number(let range):
      return written(
        ["type": "number", "minimum": range.lowerBound, "maximum": range.upperBound],
        as: "^[+-]?[0-9.]+([eE][+-]?[0-9]+)?$")
    case .flag: return written(["type": "boolean"], as: "^(true|false)$")
    case .choice(let words): return ["anyOf": [["enum": words], ["type": "string", "pattern": Self.variable]]]
    case .list(let element):
      // One value may stand for a list of one.
      return ["anyOf": [value(element), ["type": "array", "items": value(element)]]]
    case .section(let form):
      guard let short = form.keys.first(where: { $0.name == form.shorthand }) else { return section(form) }
      return ["anyOf": [value(short.form), section(form)]]
    case .map(let form): return ["type": "object", "additionalProperties": value(form)]
    case .plugin(let plugins, let name, _): return plugin(plugins, by: name)
    case .any: return [:]
    }
  }

  /// A scalar, or the same in quotes, or a variable.
  private func written(_ schema: [String: Any], as pattern: String) -> [String: Any] {
    ["anyOf": [schema, ["type": "string", "pattern": "\(pattern)|\(Self.variable)"]]]
  }

  private func section(_ plugin: PluginForm, by name: String) -> [String: Any] {
    var schema = section(plugin.section, plugin: plugin.name, by: name)
    schema["description"] = plugin.summary
    // By a name of system 002, keys may stand in parse_config.
    if plugin.sameAs != nil { schema["required"] = [String]() }
    return schema
  }

  private func plugin(_ plugins: [PluginForm], by name: String) -> [String: Any] {
    guard !plugins.isEmpty else { return ["type": "object"] }
    return [
      "type": "object", "required": [name],
      "properties": [name: ["enum": plugins.map(\.name)]],
      "allOf": plugins.map { plugin in
        [
          "if": ["properties": [name: ["const": plugin.name]], "required": [name]],
          "then": section(plugin, by: name),
        ] as [String: Any]
      },
    ]
  }
}
