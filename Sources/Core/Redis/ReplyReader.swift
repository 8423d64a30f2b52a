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

  /// The maximum number of elements of all arrays in the replies of an exchange. An element takes about a hundred bytes of
  /// memory and may be three on the wire.
  private static let maximumElements = 1 << 16

  private let reader: UnsafeMutablePointer<redisReader>
  private let functions: UnsafeMutablePointer<redisReplyObjectFunctions>
  /// The number of elements that may still come in this exchange; below 0 once there were more.
  private let elementsLeft: UnsafeMutablePointer<Int>
  private let maximumBytes: Int
  /// The number of bytes of this exchange's complete replies.
  private var read = 0
  /// The number of bytes fed since the last complete reply.
  private var unread = 0

  /// - Parameter maximumBytes: the maximum size of all replies of an exchange.
  package init(maximumBytes: Int) throws(RedisError) {
    elementsLeft = .allocate(capacity: 1)
    elementsLeft.initialize(to: Self.maximumElements)
    var functions = Self.defaults
    // hiredis allocates as many elements as an array's header claims, before any has arrived. Nil means 'out of memory'.
    functions.createArray = { task, count in
      guard let left = task?.pointee.privdata?.assumingMemoryBound(to: Int.self) else { return nil }
      left.pointee -= Int(count)
      return left.pointee >= 0 ? ReplyReader.defaults.createArray?(task, count) : nil
    }
    self.functions = .allocate(capacity: 1)
    self.functions.initialize(to: functions)
    guard let reader = redisReaderCreateWithFunctions(self.functions) else {
      self.functions.deallocate()
      elementsLeft.deallocate()
      throw RedisError(.protocolViolation, detail: "out of memory")
    }
    reader.pointee.privdata = UnsafeMutableRawPointer(elementsLeft)
    self.reader = reader
    self.maximumBytes = maximumBytes
  }

  deinit {
    redisReaderFree(reader)
    functions.deallocate()
    elementsLeft.deallocate()
  }

  /// Begins an exchange: the limits apply to the replies from here on.
  package func begin() {
    read = 0
    elementsLeft.pointee = Self.maximumElements
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
    guard read + unread - rest <= maximumBytes else {
      throw RedisError(.tooLarge, detail: "the server sent more than \(maximumBytes) bytes in reply")
    }
    guard let object else { return nil }
    read += unread - rest
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
    guard elementsLeft.pointee >= 0 else {
      throw RedisError(.tooLarge, detail: "the server sent more than \(Self.maximumElements) elements in reply")
    }
    let message = withUnsafeBytes(of: reader.pointee.errstr) { bytes in
      String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
    throw RedisError(.protocolViolation, detail: "the server does not speak Redis: \(message)")
  }
}
