import FoundationEssentials
import Time

/// One connection to a server, signed in. After any error but an error reply it is of no further use: what the server
/// still sends could be taken for the answer to another command.
final class RedisConnection {
  private let stream: any ByteStream
  private let reader: ReplyReader
  private let socketTimeout: Duration

  /// Connects and signs in.
  init(_ settings: RedisSettings, tls: TLSContext?, deadline: Deadline) throws(RedisError) {
    let url = settings.url
    let end = Deadline(after: min(settings.connectTimeout, deadline.remaining), on: SystemTime())
    let patience = Patience(timeout: settings.connectTimeout, deadline: end)
    let socket = try Socket.connect(to: url.host, port: url.port, patience)
    if let tls {
      stream = try TLSStream(over: socket, to: url.host, trusting: tls, patience)
    } else {
      stream = socket
    }
    reader = try ReplyReader(longestReply: settings.longestReply)
    socketTimeout = settings.socketTimeout
    do {
      try signIn(settings, deadline)
    } catch  where tls == nil && [.connection, .protocolViolation].contains(error.kind) {
      throw error.hinting("does the port want TLS (rediss://)?")
    }
  }

  /// Whether the server has said nothing unasked: it has not closed the connection.
  var isUsable: Bool { stream.isQuiet }

  /// Sends the commands in one piece and reads an answer to each. The server takes all commands in, however slowly its
  /// answers are read, so that the two cannot wait for one another.
  func exchange(_ commands: [RedisCommand], deadline: Deadline) throws(RedisError) -> [RedisReply] {
    var bytes: [UInt8] = []
    for command in commands { try command.write(to: &bytes) }
    let patience = Patience(timeout: socketTimeout, deadline: deadline)
    try stream.send(bytes, patience)
    var replies: [RedisReply] = []
    replies.reserveCapacity(commands.count)
    while replies.count < commands.count { replies.append(try nextReply(patience)) }
    return replies
  }

  private func nextReply(_ patience: Patience) throws(RedisError) -> RedisReply {
    while true {
      if let reply = try reader.next() { return reply }
      try withUnsafeTemporaryAllocation(byteCount: 1 << 16, alignment: 16) { buffer throws(RedisError) in
        let count = try stream.receive(into: buffer, patience)
        guard count > 0 else { throw RedisError(.connection, detail: "the server closed the connection") }
        try reader.feed(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
      }
    }
  }

  /// User, password, database and name, in one round trip.
  private func signIn(_ settings: RedisSettings, _ deadline: Deadline) throws(RedisError) {
    let url = settings.url
    var commands: [RedisCommand] = []
    if !url.password.isEmpty {
      let words = url.user.isEmpty ? [url.password] : [url.user, url.password]
      commands.append(RedisCommand("AUTH", words.map { Data($0.utf8) }))
    }
    if url.database != 0 { commands.append(RedisCommand("SELECT", String(url.database))) }
    commands.append(RedisCommand("CLIENT", "SETNAME", settings.clientName))
    for (command, reply) in zip(commands, try exchange(commands, deadline: deadline)) {
      guard let error = command.failure(reply) else { continue }
      switch command.verb {
      // The name is a courtesy, which a user may not be allowed to set.
      case "CLIENT" where error.kind != .passwordMissing: continue
      case "SELECT" where error.kind == .reply(code: "ERR"):
        throw RedisError(.invalidURL, detail: "the server has no database \(url.database)")
      default: throw error
      }
    }
  }
}
