import Foundation
import HTTP
import Testing

@testable import AWS

/// A case of AWS's signing suite, which lies beside the repository.
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

  /// `shared/suites/sigv4` beside the repository, or (for a worktree) beside a folder that holds it.
  static let folder: URL = {
    var parent = URL(filePath: #filePath)
    while parent.pathComponents.count > 1 {
      parent.deleteLastPathComponent()
      let folder = parent.appending(path: "shared/suites/sigv4")
      if FileManager.default.fileExists(atPath: folder.path) { return folder }
    }
    return URL(filePath: "/nonexistent")
  }()

  static let all: [SignatureVector] = {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return names.sorted().map(SignatureVector.init).filter { $0.exists("context.json") }
  }()

  let name: String
  var testDescription: String { name }

  func text(_ file: String) throws -> String {
    try String(contentsOf: Self.folder.appending(path: "\(name)/\(file)"), encoding: .utf8)
  }

  func context() throws -> Context { try JSONDecoder().decode(Context.self, from: Data(text("context.json").utf8)) }

  /// The request as it stands in the file: nothing encoded, header lines that go on in the next line kept so.
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

  private func exists(_ file: String) -> Bool {
    FileManager.default.fileExists(atPath: Self.folder.appending(path: "\(name)/\(file)").path)
  }
}
