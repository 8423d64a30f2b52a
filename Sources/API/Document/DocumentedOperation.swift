import APIHTML
import JSON

/// An operation on the page.
struct DocumentedOperation {
  let path: String
  let method: String
  let json: JSONObject

  var id: String { json["operationId"]?.string ?? "" }
  var summary: String { json["summary"]?.string ?? "" }

  func write(to html: inout HTMLWriter) {
    html.element("section", ["id": id]) { section in
      section.element("h2") { $0.element("code", "\(method) \(path)") }
      section.element("p", "\(summary).")
      section.commonMark(json["description"]?.string ?? "")
      writeParameters(to: &section)
      for (status, response) in json["responses"]?.object?.members ?? [] where status != "default" {
        section.element("h3") { $0.element("code", status) }
        section.element("p", response.object?["description"]?.string ?? "")
        guard status == "200" else { continue }
        for (type, media) in response.object?["content"]?.object?.members ?? [] {
          write(type, media.object ?? JSONObject(), to: &section)
        }
      }
    }
  }

  private func write(_ type: String, _ media: JSONObject, to html: inout HTMLWriter) {
    html.element("p", type)
    if let schema = media["schema"]?.object {
      Self.writeTable(["member", "type", "meaning"], Self.rows(schema, prefix: ""), to: &html)
    }
    if let example = media["example"] {
      html.element("pre") { $0.element("code", example.string ?? Self.indented(example)) }
    }
  }

  private func writeParameters(to html: inout HTMLWriter) {
    let rows = (json["parameters"]?.array ?? []).compactMap(\.object).map { parameter in
      [parameter["name"]?.string ?? "", Self.values(parameter), parameter["description"]?.string ?? ""]
    }
    Self.writeTable(["parameter", "values", "meaning"], rows, to: &html)
  }

  /// A table whose first column has names; nothing without rows.
  private static func writeTable(_ head: [String], _ rows: [[String]], to html: inout HTMLWriter) {
    guard !rows.isEmpty else { return }
    html.element("div", ["class": "wide"]) { wide in
      wide.element("table") { table in
        table.element("thead") { thead in
          thead.element("tr") { row in
            for name in head { row.element("th", name) }
          }
        }
        table.element("tbody") { body in
          for cells in rows {
            body.element("tr") { row in
              row.element("td") { $0.element("code", cells[0]) }
              for text in cells.dropFirst() { row.element("td", text) }
            }
          }
        }
      }
    }
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

  /// The members of an object, those of a list's items and of inner objects with the way to them: name, type, meaning.
  private static func rows(_ schema: JSONObject, prefix: String) -> [[String]] {
    (schema["properties"]?.object?.members ?? []).flatMap { name, value in
      let member = value.object ?? JSONObject()
      let types = member["type"]?.array?.compactMap(\.string) ?? [member["type"]?.string ?? "any"]
      let row = [prefix + name, types.joined(separator: " or "), member["description"]?.string ?? ""]
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
