/// The ratio of the shorter text and that part of the longer one, of at most the same length, that is most like it.
enum PartialRatio {
  static func score(_ first: [UInt32], _ second: [UInt32]) -> Double {
    let (shorter, longer) = first.count <= second.count ? (first, second) : (second, first)
    guard !shorter.isEmpty else { return longer.isEmpty ? 100 : 0 }
    let best = windows(of: longer, like: shorter)
    // Of texts of one length either may be the one that is cut.
    guard shorter.count == longer.count, best < 100 else { return best }
    return max(best, windows(of: shorter, like: longer))
  }

  private static func windows(of longer: [UInt32], like shorter: [UInt32]) -> Double {
    guard shorter.count <= 64 else { return longWindows(of: longer, like: shorter) }
    return CommonSubsequence.masks(of: longer, in: shorter) { masks in
      var best = Best(shorter.count)
      // The beginnings of the longer text: one pass.
      var state = ~UInt64(0)
      for index in 0..<(shorter.count - 1) {
        CommonSubsequence.step(&state, masks[index])
        if masks[index] != 0 { best.take(CommonSubsequence.length(state), of: index + 1) }
      }
      // A window whose last character is not in the shorter text has a neighbor that is as good.
      for start in 0..<(longer.count - shorter.count) where masks[start + shorter.count - 1] != 0 {
        let window = UnsafeBufferPointer(rebasing: masks[start..<(start + shorter.count)])
        best.take(CommonSubsequence.length(window, patternLength: shorter.count), of: shorter.count)
      }
      for start in (longer.count - shorter.count)..<longer.count where masks[start] != 0 {
        guard best.canRise(with: longer.count - start) else { break }
        let window = UnsafeBufferPointer(rebasing: masks[start...])
        best.take(CommonSubsequence.length(window, patternLength: shorter.count), of: longer.count - start)
      }
      return best.score
    }
  }

  private static func longWindows(of longer: [UInt32], like shorter: [UInt32]) -> Double {
    let pattern = LongPattern(shorter)
    var best = Best(shorter.count)
    var state = pattern.start
    for index in 0..<(shorter.count - 1) {
      pattern.step(&state, longer[index])
      best.take(pattern.length(state), of: index + 1)
    }
    for start in 0..<longer.count where best.canRise(with: min(shorter.count, longer.count - start)) {
      let end = min(start + shorter.count, longer.count)
      guard pattern.contains(longer[end < longer.count ? end - 1 : start]) else { continue }
      best.take(pattern.length(in: longer[start..<end]), of: end - start)
    }
    return best.score
  }

  private struct Best {
    private let length: Int
    private(set) var score = 0.0

    init(_ length: Int) { self.length = length }

    mutating func take(_ common: Int, of window: Int) {
      score = max(score, 200 * Double(common) / Double(length + window))
    }

    /// False if a window of so few characters cannot have a higher score.
    func canRise(with window: Int) -> Bool { 200 * Double(window) / Double(length + window) > score }
  }
}
