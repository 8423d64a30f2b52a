import Foundation
import TestSupport
import Testing

/// The gzip of the system, which knows nothing of the code under test.
enum Gunzip {
  /// Returns the content of a gzip file, of all its members.
  static func text(_ bytes: Data) throws -> String {
    let packed = FileManager.default.temporaryDirectory.appending(path: "object-\(UUID().uuidString).gz")
    let plain = packed.appendingPathExtension("plain")
    defer { for file in [packed, plain] { try? FileManager.default.removeItem(at: file) } }
    try bytes.write(to: packed)
    let status = try ChildProcess("/usr/bin/gzip", ["-dc", packed.path], output: plain.path).wait()
    try #require(status == 0, "it is not gzip")
    return String(decoding: try Data(contentsOf: plain), as: UTF8.self)
  }
}
