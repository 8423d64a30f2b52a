extension YAMLNode {
  /// Reads a YAML 1.1 document in UTF-8 by libyaml, strictly: aliases, anchors, tags, merge keys, repeated names, names that
  /// are not texts, and a second document are problems.
  /// - Returns: the document's node, nil if it cannot be read or is empty; and all problems, in the order of the file.
  public static func read(_ text: [UInt8]) -> (node: YAMLNode?, problems: [YAMLError]) {
    var reader = YAMLReader(text)
    do throws(YAMLError) {
      let node = try reader.read()
      return (node, reader.problems)
    } catch {
      return (nil, reader.problems + [error])
    }
  }
}
