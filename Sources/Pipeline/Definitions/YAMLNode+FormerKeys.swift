import YAML

extension YAMLNode {
  /// A definition that is written as system 002 writes it, in today's keys, each value at its place in the file: `source`
  /// with a `kind` becomes `extract` with a `plugin`, and `parse_config` a part of `parse`. Any other definition as it is.
  var withoutFormerKeys: YAMLNode {
    guard case .mapping(let members) = content, members.contains(where: \.isFormer) else { return self }
    var present = members
    if let source = members.first(where: \.isFormerSource), case .mapping(let keys) = source.value.content,
      !members.contains(where: { $0.name == "extract" })
    {
      let renamed = keys.map { $0.name == "kind" ? Member(name: "plugin", place: $0.place, value: $0.value) : $0 }
      let extract = YAMLNode(.mapping(renamed), at: source.value.place)
      present = members.map { $0.isFormerSource ? Member(name: "extract", place: $0.place, value: extract) : $0 }
      if !members.contains(where: { $0.name == "data_type" }) {
        let series = YAMLNode(.scalar("series", isPlain: true), at: source.place)
        present.append(Member(name: "data_type", place: source.place, value: series))
      }
    }
    if let configuration = present.first(where: { $0.name == "parse_config" }),
      case .mapping(let keys) = configuration.value.content,
      let index = present.firstIndex(where: { $0.name == "parse" }),
      case .mapping(let own) = present[index].value.content,
      !keys.contains(where: { key in own.contains { $0.name == key.name } })
    {
      let parse = YAMLNode(.mapping(own + keys), at: present[index].value.place)
      present[index] = Member(name: "parse", place: present[index].place, value: parse)
      present.removeAll { $0.name == "parse_config" }
    }
    return YAMLNode(.mapping(present), at: place)
  }

  /// Returns the name that a key has in this file, for messages: `source.url` for `extract.url`.
  func writtenName(of key: String) -> String {
    if key == "extract" || key.hasPrefix("extract."), value(["extract"]) == nil, value(["source"])?.isMapping == true {
      return key == "extract.plugin" ? "source.kind" : "source" + key.dropFirst("extract".utf8.count)
    }
    guard key.hasPrefix("parse.") else { return key }
    let rest = key.dropFirst("parse.".utf8.count)
    let name = rest.prefix { $0 != "." && $0 != "[" }
    return value(["parse_config", String(name)]) == nil ? key : "parse_config.\(rest)"
  }

  fileprivate var isMapping: Bool { if case .mapping = content { true } else { false } }
}

extension YAMLNode.Member {
  fileprivate var isFormer: Bool { isFormerSource || name == "parse_config" }
  /// Today's `source` is a name.
  fileprivate var isFormerSource: Bool { name == "source" && value.isMapping }
}
