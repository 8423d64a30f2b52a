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
    return RedisError(kind(code, text), detail: detail)
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
    // Servers before version 6 have no error codes for this.
    case "ERR" where verb == "AUTH" && (text.lowercased().contains("auth") || text.lowercased().contains("password")):
      .authentication
    default: .reply(code: code)
    }
  }
}
