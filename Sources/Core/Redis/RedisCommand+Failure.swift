extension RedisCommand {
  /// Converts an error reply to this command into an error; returns nil for any other reply.
  ///
  /// Some servers quote arguments in error messages. The message is therefore truncated at its first quotation mark, and
  /// dropped if it still contains the beginning of an argument or if it replies to AUTH.
  func failure(_ reply: RedisReply) -> RedisError? {
    guard case .error(let text) = reply else { return nil }
    let words = text.split(separator: " ", maxSplits: 1)
    let code = String((words.first ?? "ERR").filter { $0.isASCII && ($0.isUppercase || $0 == "_") }.prefix(32))
    let whole = words.dropFirst().first ?? ""
    let message = whole.prefix { !"'\"`".contains($0) }.prefix(120)
    let isSafe =
      verb != "AUTH"
      && !arguments.contains { !$0.isEmpty && message.utf8.contains($0.prefix(8)) }
    let said = [code, isSafe ? Self.ended(message, isCut: message.count < whole.count) : ""].filter { !$0.isEmpty }
    let detail = said.isEmpty ? "\(verb) failed" : "\(verb) failed: \(said.joined(separator: " "))"
    let error = RedisError(kind(code, text), detail: detail)
    return (Self.meanings[code] ?? refusedAUTH(text)).map(error.hinting) ?? error
  }

  /// Ends a truncated message after its last word, with an ellipsis.
  private static func ended(_ message: Substring, isCut: Bool) -> String {
    guard isCut, let last = message.lastIndex(where: { $0.isLetter || $0.isNumber }) else { return String(message) }
    return "\(message[...last]) …"
  }

  private func kind(_ code: String, _ text: String) -> RedisError.Kind {
    switch code {
    case "NOAUTH": .passwordMissing
    // Redis refuses long arguments from a client that has not authenticated.
    case "ERR" where text.contains("unauthenticated"): .passwordMissing
    case "WRONGPASS", "NOPERM": .authentication
    case "MOVED", "ASK", "CROSSSLOT": .cluster
    case _ where Self.meanings[code] != nil: .notServing(code: code)
    // Servers before version 6 have no error codes for this.
    case "ERR" where verb == "AUTH" && (text.lowercased().contains("auth") || text.lowercased().contains("password")):
      .authentication
    default: .reply(code: code)
    }
  }

  /// The meaning of the error codes with which a server refers to another one, or to a later time. The messages of the
  /// servers differ between versions, and the client cuts them at a quotation mark.
  /// Sources: `shared.*err` in Redis's `server.c`, and https://redis.io/docs/latest/operate/oss_and_stack/reference/cluster-spec/
  private static let meanings = [
    "READONLY": "the server is a read-only replica, as an old primary is after a failover; the next try looks up the "
      + "name again, which must be that of the primary",
    "UNBLOCKED": "the server became a replica while the command waited; the next try looks up the name again",
    "LOADING": "the server is starting and still loads its data; a later try succeeds",
    "MASTERDOWN": "the server is a replica that has lost its primary; the next try looks up the name again",
    "NOMASTERLINK": "the server is a replica that has lost its primary; the next try looks up the name again",
    "CLUSTERDOWN": "the cluster has lost nodes and serves no keys until they are replaced",
    "TRYAGAIN": "the cluster is moving these keys to another node; a later try succeeds",
    "MISCONF": "the server cannot save its data to disk and therefore refuses writes; check its disk and memory",
    "NOREPLICAS": "the server has fewer replicas than it requires for a write; check the replicas",
    "MOVED": clusterNeedsEndpoint, "ASK": clusterNeedsEndpoint, "CROSSSLOT": clusterNeedsEndpoint,
  ]

  private static let clusterNeedsEndpoint =
    "the server is a node of a cluster, and another node has this key; the address must be the cluster's configuration "
    + "endpoint, and the cluster must have one shard, because this client does not follow redirections between nodes"

  /// Explains a refused AUTH. Its message is never shown, because some servers quote the password in it.
  private func refusedAUTH(_ text: String) -> String? {
    guard verb == "AUTH" else { return nil }
    let text = text.lowercased()
    // Servers before version 6 know AUTH with a password only. Later ones refuse a user with WRONGPASS.
    if arguments.count > 1, text.contains("wrong number of arguments") || text.hasPrefix("err invalid password") {
      return "the address has a user, and the server is older than Redis 6: users need Redis 6; leave the user out "
        + "(redis://:password@host)"
    }
    if text.contains("no password is set") || text.contains("without any password") {
      return "the address has a password, and the server requires none; leave it out"
    }
    return nil
  }
}
