import Foundation

extension RunFailure {
  /// The failure without what differs between the items of one outage: addresses, times and numbers, and the circuit
  /// breaker's text around the failure that opened it. Equal kinds are shown as one.
  var kind: RunFailure {
    var text = message
    if let breaker = text.firstMatch(of: Self.breaker) { text.replaceSubrange(breaker.range, with: breaker.1) }
    let words = text.split(separator: " ").map { word -> String in
      guard !word.contains("/") else { return "…" }
      return String(word).replacing(#/[0-9]+/#, with: "#")
    }
    return RunFailure(name: name, message: words.joined(separator: " "))
  }

  /// True if the request was not sent, because the circuit breaker was open.
  var isOfOpenCircuit: Bool { message.contains(Self.breaker) }

  /// The text of the HTTP client for a request that it did not send, with the first failure of the host.
  private static var breaker: Regex<(Substring, Substring)> {
    #/not sent: its host failed [0-9]+ times in a row \(first: (.*)\) and is tried again in [0-9]+ s/#
  }
}
