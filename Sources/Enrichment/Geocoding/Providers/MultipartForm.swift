import FoundationEssentials

/// The body of a form with a file (RFC 7578).
struct MultipartForm {
  enum Part {
    case field(_ name: String, _ value: String)
    case file(_ field: String, name: String, type: String, _ content: String)
  }

  let contentType: String
  let body: Data

  init(_ parts: [Part]) {
    let contents = parts.map { part in
      switch part {
      case .field(_, let value): value
      case .file(_, _, _, let content): content
      }
    }
    // A line that no part has.
    var boundary = "festvibes-form"
    while contents.contains(where: { $0.contains(boundary) }) { boundary += "-x" }
    var text = ""
    for part in parts {
      text += "--\(boundary)\r\nContent-Disposition: form-data; "
      switch part {
      case .field(let name, let value): text += "name=\"\(name)\"\r\n\r\n\(value)\r\n"
      case .file(let field, let name, let type, let content):
        text += "name=\"\(field)\"; filename=\"\(name)\"\r\nContent-Type: \(type)\r\n\r\n\(content)\r\n"
      }
    }
    body = Data((text + "--\(boundary)--\r\n").utf8)
    contentType = "multipart/form-data; boundary=\(boundary)"
  }
}
