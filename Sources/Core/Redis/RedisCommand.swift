import CHiredis
import FoundationEssentials

/// A command: a verb and its arguments.
public struct RedisCommand: Sendable {
  public let verb: String
  public let arguments: [Data]
  /// True if the command may be sent again with the same outcome after the server may already have executed it.
  public let isIdempotent: Bool

  public init(_ verb: String, _ arguments: [Data] = [], isIdempotent: Bool = false) {
    self.verb = verb
    self.arguments = arguments
    self.isIdempotent = isIdempotent
  }

  public init(_ verb: String, _ arguments: String..., isIdempotent: Bool = false) {
    self.init(verb, arguments.map { Data($0.utf8) }, isIdempotent: isIdempotent)
  }

  /// Reads a value: `bulk`, or `null` if there is none.
  public static func get(_ key: String) -> RedisCommand { RedisCommand("GET", key, isIdempotent: true) }

  /// Stores a value that expires after the given number of seconds; sets value and expiry atomically.
  public static func set(_ key: String, to value: Data, expiringAfter seconds: Int) -> RedisCommand {
    let arguments = [Data(key.utf8), value, Data("EX".utf8), Data(String(seconds).utf8)]
    return RedisCommand("SET", arguments, isIdempotent: true)
  }

  /// Appends the command in the protocol's format.
  func write(to bytes: inout [UInt8]) throws(RedisError) {
    let words = [Data(verb.utf8)] + arguments
    var lengths = words.map(\.count)
    let text = words.reduce(into: [CChar]()) { text, word in
      text.reserveCapacity(text.count + word.count)
      word.withUnsafeBytes { text.append(contentsOf: $0.bindMemory(to: CChar.self)) }
    }
    var formatted: UnsafeMutablePointer<CChar>?
    let length = text.withUnsafeBufferPointer { buffer in
      var offset = 0
      var pointers = lengths.map { length in
        defer { offset += length }
        // An empty word needs a pointer too, although nothing is read through it.
        return length == 0 ? UnsafePointer<CChar>(bitPattern: 1) : buffer.baseAddress.map { $0 + offset }
      }
      return Int(redisFormatCommandArgv(&formatted, Int32(words.count), &pointers, &lengths))
    }
    defer { redisFreeCommand(formatted) }
    guard length >= 0, let formatted else {
      throw RedisError(.protocolViolation, detail: "\(verb) cannot be sent: out of memory")
    }
    formatted.withMemoryRebound(to: UInt8.self, capacity: length) {
      bytes.append(contentsOf: UnsafeBufferPointer(start: $0, count: length))
    }
  }
}
