import CHiredis
import FoundationEssentials

/// Cuts a server's bytes into replies, by hiredis.
package final class ReplyReader {
  /// Makes hiredis's own objects.
  private static let defaults = {
    let reader = redisReaderCreate()
    defer { redisReaderFree(reader) }
    return reader?.pointee.fn?.pointee ?? redisReplyObjectFunctions()
  }()

  private let reader: UnsafeMutablePointer<redisReader>
  private let functions: UnsafeMutablePointer<redisReplyObjectFunctions>
  private let longestReply: Int
  /// Bytes fed since the last whole reply.
  private var unread = 0

  package init(longestReply: Int) throws(RedisError) {
    var functions = Self.defaults
    // hiredis makes room for as many elements as an array's header claims, before any has come. Nil is 'out of memory'.
    functions.createArray = { task, count in
      Int(count) <= 1 << 20 ? ReplyReader.defaults.createArray?(task, count) : nil
    }
    self.functions = .allocate(capacity: 1)
    self.functions.initialize(to: functions)
    guard let reader = redisReaderCreateWithFunctions(self.functions) else {
      self.functions.deallocate()
      throw RedisError(.protocolViolation, detail: "there is no memory for a reader")
    }
    self.reader = reader
    self.longestReply = longestReply
  }

  deinit {
    redisReaderFree(reader)
    functions.deallocate()
  }

  package func feed(_ bytes: UnsafeRawBufferPointer) throws(RedisError) {
    unread += bytes.count
    try check(redisReaderFeed(reader, bytes.baseAddress?.assumingMemoryBound(to: CChar.self), bytes.count))
  }

  /// The next reply; nil when more bytes are needed.
  package func next() throws(RedisError) -> RedisReply? {
    var object: UnsafeMutableRawPointer?
    try check(redisReaderGetReply(reader, &object))
    defer { freeReplyObject(object) }
    // What came behind a whole reply belongs to the next one.
    let rest = object == nil ? 0 : reader.pointee.len - reader.pointee.pos
    guard unread - rest <= longestReply else {
      throw RedisError(.protocolViolation, detail: "the reply is longer than \(longestReply) bytes")
    }
    guard let object else { return nil }
    unread = rest
    return try reply(object.assumingMemoryBound(to: redisReply.self).pointee)
  }

  private func reply(_ object: redisReply) throws(RedisError) -> RedisReply {
    var bytes: Data { object.str.map { Data(bytes: $0, count: Int(object.len)) } ?? Data() }
    var text: String { String(decoding: bytes, as: UTF8.self) }
    switch object.type {
    case REDIS_REPLY_STRING: return .bulk(bytes)
    case REDIS_REPLY_STATUS: return .status(text)
    case REDIS_REPLY_ERROR: return .error(text)
    case REDIS_REPLY_INTEGER: return .integer(object.integer)
    case REDIS_REPLY_NIL: return .null
    case REDIS_REPLY_ARRAY:
      var elements: [RedisReply] = []
      for index in 0..<Int(object.elements) {
        guard let element = object.element?[index] else { break }
        elements.append(try reply(element.pointee))
      }
      return .array(elements)
    default: throw RedisError(.protocolViolation, detail: "the server answered with a type of a later protocol")
    }
  }

  private func check(_ status: Int32) throws(RedisError) {
    guard status != REDIS_OK else { return }
    let message = withUnsafeBytes(of: reader.pointee.errstr) { bytes in
      String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
    throw RedisError(.protocolViolation, detail: "the server does not speak Redis: \(message)")
  }
}
