import Foundation
import TestSupport
import Time

/// Measures loads by the loader's process, with reading the document. S3 and the runtime API are in this process. With
/// `BASELINE_BINARIES`, the folder of another version's release binaries, the two versions take turns on databases of
/// their own, and the ratios are printed.
struct LoadBenchmarks {
  /// The directory of the release binaries.
  let binaries: URL
  /// The other version's.
  let baseline: URL?

  private static let sizes = [(events: SampleDay.showCount, turns: 21), (events: 10_000, turns: 7)]

  func measurements() throws -> [Measurement] {
    let loader = try WarmLoader(binaries.appending(path: "Loader").path)
    let other = try baseline.map { try WarmLoader($0.appending(path: "Loader").path) }
    return try Self.sizes.flatMap { try measure(loader, other, events: $0.events, turns: $0.turns) }
  }

  private func measure(
    _ loader: WarmLoader, _ other: WarmLoader?, events: Int, turns: Int
  ) throws -> [Measurement] {
    let document = try SampleDay.document(shows: events)
    var own: [WarmLoader.Pair] = []
    var others: [WarmLoader.Pair] = []
    for turn in -1..<turns {
      let pair = try loader.load(document)
      let otherPair = try other?.load(document)
      guard turn >= 0 else { continue }
      own.append(pair)
      if let otherPair { others.append(otherPair) }
    }
    var rows: [Measurement] = []
    for (name, value) in [
      ("first", \WarmLoader.Pair.first.elapsed), ("first, CPU", \.first.cpu),
      ("unchanged", \.unchanged.elapsed), ("unchanged, CPU", \.unchanged.cpu),
    ] {
      let title = "loader on \(events) events, \(name)"
      rows.append(Measurement(name: title, unit: "ms", samples: own.map { $0[keyPath: value] }))
      guard !others.isEmpty else { continue }
      rows += [
        Measurement(name: "baseline \(title)", unit: "ms", samples: others.map { $0[keyPath: value] }),
        Measurement(
          name: "ratio to the baseline: \(title)", unit: "",
          samples: zip(own, others).map { $0[keyPath: value] / $1[keyPath: value] }, target: .atMost(1.1)),
      ]
    }
    return rows
  }
}
