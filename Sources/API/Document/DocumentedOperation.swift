import JSON

/// An operation on the page.
struct DocumentedOperation {
  let path: String
  let method: String
  let json: JSONObject

  var id: String { json["operationId"]?.string ?? "" }
  var summary: String { json["summary"]?.string ?? "" }

  func write(to html: inout HTML) {
    html.raw("<section id=\"\(HTML.escaped(id))\"><h2>")
    html.element("code", "\(method) \(path)")
    html.raw("</h2>")
    html.element("p", "\(summary).")
    html.commonMark(json["description"]?.string ?? "")
    writeParameters(to: &html)
    for (status, response) in json["responses"]?.object?.members ?? [] where status != "default" {
      html.raw("<h3>")
      html.element("code", status)
      html.raw("</h3>")
      html.element("p", response.object?["description"]?.string ?? "")
      guard status == "200" else { continue }
      for (type, media) in response.object?["content"]?.object?.members ?? [] {
        html.element("p", type)
        if let schema = media.object?["schema"]?.object { writeMembers(of: schema, to: &html) }
        if let example = media.object?["example"] {
          html.raw("<pre>")
          html.element("code", example.string ?? Self.indented(example))
          html.raw("</pre>")
        }
      }
    }
    html.raw("</section>")
  }

  private func writeParameters(to html: inout HTML) {
    guard let parameters = json["parameters"]?.array, !parameters.isEmpty else { return }
    html.raw(
      "<div class=\"wide\"><table><thead><tr><th>parameter</th><th>values</th><th>meaning</th></tr></thead><tbody>")
    for parameter in parameters.compactMap(\.object) {
      html.raw("<tr><td>")
      html.element("code", parameter["name"]?.string ?? "")
      html.raw("</td><td>")
      html.text(Self.values(parameter))
      html.raw("</td><td>")
      html.text(parameter["description"]?.string ?? "")
      html.raw("</td></tr>")
    }
    html.raw("</tbody></table></div>")
  }

  private static func values(_ parameter: JSONObject) -> String {
    let schema = parameter["schema"]?.object ?? JSONObject()
    var parts: [String] = []
    if let choices = schema["enum"]?.array {
      parts.append(choices.compactMap(\.string).joined(separator: ", "))
    } else {
      parts.append(schema["format"]?.string ?? schema["type"]?.string ?? "")
    }
    if let least = schema["minimum"]?.text { parts.append("from \(least)") }
    if let most = schema["maximum"]?.text { parts.append("to \(most)") }
    if let standard = schema["default"] { parts.append("default \(standard.string ?? standard.text)") }
    if let example = parameter["example"] { parts.append("like \(example.string ?? example.text)") }
    if parameter["required"] == true { parts.append("required") }
    return parts.joined(separator: "; ")
  }

  /// The members of an object, those of a list's items and of inner objects with the way to them.
  private func writeMembers(of schema: JSONObject, to html: inout HTML) {
    let rows = Self.rows(schema, prefix: "")
    guard !rows.isEmpty else { return }
    html.raw("<div class=\"wide\"><table><thead><tr><th>member</th><th>type</th><th>meaning</th></tr></thead><tbody>")
    for row in rows {
      html.raw("<tr><td>")
      html.element("code", row.name)
      html.raw("</td><td>")
      html.text(row.type)
      html.raw("</td><td>")
      html.text(row.meaning)
      html.raw("</td></tr>")
    }
    html.raw("</tbody></table></div>")
  }

  private static func rows(_ schema: JSONObject, prefix: String) -> [(name: String, type: String, meaning: String)] {
    (schema["properties"]?.object?.members ?? []).flatMap { name, value in
      let member = value.object ?? JSONObject()
      let types = member["type"]?.array?.compactMap(\.string) ?? [member["type"]?.string ?? "any"]
      let row = (prefix + name, types.joined(separator: " or "), member["description"]?.string ?? "")
      let inner = member["items"]?.object.map { rows($0, prefix: "\(prefix)\(name)[].") } ?? []
      return [row] + inner + rows(member, prefix: "\(prefix)\(name).")
    }
  }

  private static func indented(_ value: JSONValue, depth: Int = 0) -> String {
    let (outer, inner) = (String(repeating: "  ", count: depth), String(repeating: "  ", count: depth + 1))
    switch value {
    case .array(let elements) where !elements.isEmpty:
      return "[\n\(elements.map { inner + indented($0, depth: depth + 1) }.joined(separator: ",\n"))\n\(outer)]"
    case .object(let object) where !object.isEmpty:
      let members = object.members.map {
        "\(inner)\(JSONValue.string($0.name).text): \(indented($0.value, depth: depth + 1))"
      }
      return "{\n\(members.joined(separator: ",\n"))\n\(outer)}"
    default: return value.text
    }
  }
}
