/// Formats a duration for a person: `0.8 s`, `42 s`, `3 min 05 s`, `2 h 07 min`.
func elapsed(_ seconds: Double) -> String {
  let whole = Int(seconds.rounded())
  func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
  switch seconds {
  case ..<0: return "0 s"
  case ..<9.95: return "\((seconds * 10).rounded() / 10) s"
  case ..<59.5: return "\(whole) s"
  case ..<3599.5: return "\(whole / 60) min \(two(whole % 60)) s"
  default: return "\(whole / 3600) h \(two(whole / 60 % 60)) min"
  }
}
