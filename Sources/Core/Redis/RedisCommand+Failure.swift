extension RedisCommand {
  /// The error that a reply to this command is; nil when it is none.
  ///
  /// Servers quote what they were sent in some messages. So a message is cut off before its first quotation mark, and
  /// left out altogether when it holds the beginning of an argument all the same, or the command is the one that carries the password.
  func failure(_ reply: RedisReply) -> RedisError? {
    guard case .error(let text) = reply else { return nil }
    let words = text.split(separator: " ", maxSplits: 1)
    let code = String((words.first ?? "ERR").filter { $0.isASCII && ($0.isUppercase || $0 == "_") }.prefix(32))
    let message = words.dropFirst().first.map { $0.prefix { !"'\"`".contains($0) }.prefix(120) } ?? ""
    let isSafe =
      verb != "AUTH"
      && !arguments.contains { !$0.isEmpty && message.utf8.contains($0.prefix(8)) }
    let detail = isSafe && !message.isEmpty ? "\(verb) failed: \(code) \(message)" : "\(verb) failed: \(code)"
    return RedisError(kind(code, text), detail: detail)
  }

  private func kind(_ code: String, _ text: String) -> RedisError.Kind {
    switch code {
    case "NOAUTH", "WRONGPASS", "NOPERM": .authentication
    // Servers before version 6 have no codes of their own for it.
    case "ERR" where verb == "AUTH" && (text.lowercased().contains("auth") || text.lowercased().contains("password")):
      .authentication
    default: .reply(code: code)
    }
  }
}
