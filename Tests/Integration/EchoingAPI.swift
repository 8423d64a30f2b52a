import Foundation
import TestSupport

/// A source that repeats the credentials that it gets, in every spelling and at every place of a response. The last part of
/// a path says how it answers.
struct EchoingAPI {
  let server: ScriptedServer
  /// The command lines of all processes at a request, when a function and a command are running.
  let processes = Locked("")

  init(_ credentials: [PlantedCredentials]) throws {
    server = try ScriptedServer { [processes] request in
      processes.change { if $0.isEmpty { $0 = FunctionRun.commandLines() } }
      let path = request.target.prefix { $0 != "?" }.split(separator: "/").map(String.init)
      guard path.count == 2, let known = credentials.first(where: { $0.kind == path[0] }) else { return .http(404) }
      return Self.reply(to: request, known, path[1])
    }
  }

  /// Returns the requests to a dataset's source.
  func requests(of credentials: PlantedCredentials) -> [ScriptedServer.Request] {
    server.requests.filter { $0.target.hasPrefix("/\(credentials.kind)/") }
  }

  private static func reply(
    to request: ScriptedServer.Request, _ known: PlantedCredentials, _ answer: String
  ) -> ScriptedServer.Reply {
    let query = request.target.split(separator: "?").dropFirst().first.map(String.init) ?? ""
    let said = [request.header("Authorization"), request.header("X-Api-Key"), query].compactMap(\.self)
    let spellings = said + known.values.flatMap(Self.spellings)
    let text = spellings.joined(separator: " ")
    // A document escapes what is in it once more.
    let nested = ([text] + known.values.flatMap(Self.nested)).joined(separator: " ")
    let first = encoded(known.values[0])
    let echo = [
      ("X-Said", spellings.filter { !$0.contains("\n") }.joined(separator: ", ")), ("X-Api-Key", known.values[0]),
      ("Authorization", said.first ?? ""), ("Set-Cookie", "session=\(first); Path=/"),
      ("WWW-Authenticate", "Bearer error_description=\"\(first)\""),
    ]
    let json = [("Content-Type", "application/json")]
    switch answer {
    case "token" where known.kind == "strangers":
      return .http(
        401, json + echo, document(["error": "invalid_client", "error_description": text, "echo": spellings]))
    case "token":
      return .http(
        200, json, document(["access_token": known.token, "token_type": "Bearer", "expires_in": 3600, "said": text]))
    // The way to the first page.
    case "good" where !query.contains("page="):
      return .http(
        302, echo + [("Location", "/\(known.kind)/good?page=1&said=\(first)&apikey=\(first)#\(first)")], text)
    case "good":
      let isFirst = query.contains("page=1")
      let link = isFirst ? "</\(known.kind)/good?page=2&apikey=\(first)>; rel=next" : "</?\(first)>; rel=first"
      // The records of the second page are rejected: the reason and the key have a secret.
      let records: [[String: Any]] =
        isFirst
        ? [["id": "good", "price": 1, "said": spellings]]
        : [
          ["id": "wrong", "price": known.values[0], "said": text], ["id": known.values[0], "price": -1, "said": text],
          ["price": 1, "said": text],
        ]
      return .http(200, json + echo + [("Link", link)], document(records))
    case "moved":
      return .http(302, echo + [("Location", "http://localhost:1/\(first)?apikey=\(first)&said=\(first)")], text)
    case "refused": return .http(401, echo, nested)
    case "odd": return .http(422, json + echo, document(["problems": spellings]))
    case "garbage": return .http(200, json + echo, nested + document(["said": spellings]))
    case "list": return .http(200, json + echo, document(["said": spellings, known.values[0]: text]))
    case "broken": return .http(500, echo, nested)
    case "late": return .http(429, echo + [("Retry-After", "0")], nested)
    default: return .hangUp
    }
  }

  private static func document(_ object: Any) -> String {
    String(decoding: (try? JSONSerialization.data(withJSONObject: object)) ?? Data(), as: UTF8.self)
  }

  private static func encoded(_ text: String) -> String {
    text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
  }

  /// The text as it is, percent-encoded in part, as a whole and in lower case, and with the escapes of JSON and HTML.
  private static func spellings(_ text: String) -> [String] {
    let escapes = text.utf8.map { String(format: "\\u%04x", $0) }.joined()
    let json = document([text]).dropFirst(2).dropLast(2)
    let html = text.replacing("&", with: "&amp;").replacing("\"", with: "&quot;").replacing("'", with: "&#39;")
    return [
      text, encoded(text), encoded(text).replacing("%2F", with: "%2f").replacing("%40", with: "@"),
      text.utf8.map { String(format: "%%%02X", $0) }.joined(), String(json), escapes, html,
    ]
  }

  /// The text with the escapes of JSON within JSON, and of an address within another one's query.
  private static func nested(_ text: String) -> [String] {
    [String(document([document([text])]).dropFirst(5).dropLast(5)), encoded(encoded(text))]
  }
}
