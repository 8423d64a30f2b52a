import FoundationEssentials
import Time

/// An authenticated connection to a server. It must be dropped after any error except an error reply, because late bytes
/// of the server could be read as the reply to another command.
final class RedisConnection {
  private let stream: any ByteStream
  private let reader: ReplyReader
  private let socketTimeout: Duration

  /// Connects and authenticates.
  init(_ settings: RedisSettings, tls: TLSContext?, deadline: Deadline) throws(RedisError) {
    let url = settings.url
    let end = Deadline(after: min(settings.connectTimeout, deadline.remaining), on: SystemTime())
    let limit = WaitLimit(timeout: settings.connectTimeout, deadline: end)
    let socket = try Socket.connect(to: url.host, port: url.port, limit)
    if let tls {
      stream = try TLSStream(over: socket, to: url.host, trusting: tls, limit)
    } else {
      stream = socket
    }
    reader = try ReplyReader(maximumBytes: settings.maximumReplyBytes)
    socketTimeout = settings.socketTimeout
    do {
      try authenticate(settings, deadline)
    } catch  where tls == nil && [.connection, .protocolViolation].contains(error.kind) {
      throw error.hinting("does the port require TLS (rediss://)?")
    }
  }

  /// True if the server has neither sent anything unrequested nor closed the connection.
  var isUsable: Bool { stream.isQuiet }

  /// Sends all commands, then reads a reply to each. This cannot deadlock: Redis reads commands even while its replies are
  /// not being read.
  func exchange(_ commands: [RedisCommand], deadline: Deadline) throws(RedisError) -> [RedisReply] {
    var bytes: [UInt8] = []
    for command in commands { try command.write(to: &bytes) }
    let limit = WaitLimit(timeout: socketTimeout, deadline: deadline)
    try stream.send(bytes, limit)
    reader.begin()
    var replies: [RedisReply] = []
    replies.reserveCapacity(commands.count)
    while replies.count < commands.count { replies.append(try nextReply(limit)) }
    return replies
  }

  private func nextReply(_ limit: WaitLimit) throws(RedisError) -> RedisReply {
    while true {
      if let reply = try reader.next() { return reply }
      try withUnsafeTemporaryAllocation(byteCount: 1 << 16, alignment: 16) { buffer throws(RedisError) in
        let count = try stream.receive(into: buffer, limit)
        guard count > 0 else { throw RedisError(.connection, detail: "the server closed the connection") }
        try reader.feed(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
      }
    }
  }

  /// Sends user, password, database and the client's name, in one round trip.
  private func authenticate(_ settings: RedisSettings, _ deadline: Deadline) throws(RedisError) {
    let url = settings.url
    var commands: [RedisCommand] = []
    if !url.password.isEmpty {
      let words = url.user.isEmpty ? [url.password] : [url.user, url.password]
      commands.append(RedisCommand("AUTH", words.map { Data($0.utf8) }))
    }
    if url.database != 0 { commands.append(RedisCommand("SELECT", String(url.database))) }
    commands.append(RedisCommand("CLIENT", "SETNAME", settings.clientName))
    for (command, reply) in zip(commands, try exchange(commands, deadline: deadline)) {
      guard let error = command.failure(reply), case .error(let text) = reply else { continue }
      switch command.verb {
      // The name is optional, and the user may lack the right to set it.
      case "CLIENT" where error.kind != .passwordMissing: continue
      case "SELECT" where text.contains("cluster"):
        throw RedisError(.invalidURL, detail: "the server is a node of a cluster, which has only the database 0")
      case "SELECT" where error.kind == .reply(code: "ERR"):
        throw RedisError(.invalidURL, detail: "the server has no database \(url.database)")
      default: throw error
      }
    }
  }
}
