import CHiredis
import FoundationEssentials

/// Parses a server's bytes into replies, using hiredis.
package final class ReplyReader {
  /// hiredis's functions that create reply objects.
  private static let defaults = {
    let reader = redisReaderCreate()
    defer { redisReaderFree(reader) }
    return reader?.pointee.fn?.pointee ?? redisReplyObjectFunctions()
  }()

  private let reader: UnsafeMutablePointer<redisReader>
  private let functions: UnsafeMutablePointer<redisReplyObjectFunctions>
  private let maximumReplyBytes: Int
  /// The number of bytes fed since the last complete reply.
  private var unread = 0

  package init(maximumReplyBytes: Int) throws(RedisError) {
    var functions = Self.defaults
    // hiredis allocates as many elements as an array's header claims, before any has arrived. Nil means 'out of memory'.
    functions.createArray = { task, count in
      Int(count) <= 1 << 20 ? ReplyReader.defaults.createArray?(task, count) : nil
    }
    self.functions = .allocate(capacity: 1)
    self.functions.initialize(to: functions)
    guard let reader = redisReaderCreateWithFunctions(self.functions) else {
      self.functions.deallocate()
      throw RedisError(.protocolViolation, detail: "out of memory")
    }
    self.reader = reader
    self.maximumReplyBytes = maximumReplyBytes
  }

  deinit {
    redisReaderFree(reader)
    functions.deallocate()
  }

  package func feed(_ bytes: UnsafeRawBufferPointer) throws(RedisError) {
    unread += bytes.count
    try check(redisReaderFeed(reader, bytes.baseAddress?.assumingMemoryBound(to: CChar.self), bytes.count))
  }

  /// Returns the next reply; nil if more bytes are needed.
  package func next() throws(RedisError) -> RedisReply? {
    var object: UnsafeMutableRawPointer?
    try check(redisReaderGetReply(reader, &object))
    defer { freeReplyObject(object) }
    // Bytes after a complete reply belong to the next one.
    let rest = object == nil ? 0 : reader.pointee.len - reader.pointee.pos
    guard unread - rest <= maximumReplyBytes else {
      throw RedisError(.protocolViolation, detail: "the reply is longer than \(maximumReplyBytes) bytes")
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
    default: throw RedisError(.protocolViolation, detail: "the server sent a reply type of a later protocol")
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
