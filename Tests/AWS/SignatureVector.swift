import Foundation
import HTTP
import Testing

@testable import AWS

/// A case of AWS's signing suite. See SigV4Suite/README.md.
struct SignatureVector: Sendable, CustomTestStringConvertible {
  struct Context: Decodable {
    struct Key: Decodable {
      let access_key_id: String
      let secret_access_key: String
      let token: String?
    }

    let credentials: Key
    let normalize: Bool
    let region: String
    let service: String
    let sign_body: Bool
    let timestamp: String
    let omit_session_token: Bool?
  }

  /// The suite; nil if the build left it out.
  static let folder = Bundle.module.url(forResource: "SigV4Suite", withExtension: nil)

  static let all: [SignatureVector] = {
    let names = folder.flatMap { try? FileManager.default.contentsOfDirectory(atPath: $0.path) } ?? []
    return names.sorted().map(SignatureVector.init).filter { (try? $0.text("context.json")) != nil }
  }()

  let name: String
  var testDescription: String { name }

  func text(_ file: String) throws -> String {
    try String(contentsOf: #require(Self.folder).appending(path: "\(name)/\(file)"), encoding: .utf8)
  }

  func context() throws -> Context { try JSONDecoder().decode(Context.self, from: Data(text("context.json").utf8)) }

  /// Returns the request of the file: nothing is encoded, and folded header lines stay folded.
  func request() throws -> HTTPRequest {
    let halves = try text("request.txt").components(separatedBy: "\n\n")
    let lines = halves[0].components(separatedBy: "\n")
    let words = lines[0].components(separatedBy: " ")
    let path = words[1...(words.count - 2)].joined(separator: " ")
    var fields: [(name: String, value: String)] = []
    for line in lines.dropFirst() where !line.isEmpty {
      if line.hasPrefix(" ") {
        fields[fields.count - 1].value += "\n" + line
      } else {
        let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        fields.append((String(parts[0]), String(parts[1])))
      }
    }
    var request = HTTPRequest(words[0], "https://example.amazonaws.com\(path)", headers: HTTPHeaders(fields))
    if halves.count > 1 { request.body = Data(halves[1].utf8) }
    return request
  }
}
