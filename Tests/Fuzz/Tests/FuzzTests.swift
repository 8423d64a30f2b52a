import Foundation
import FuzzTargets
import TestSupport
import Testing

/// Tests the fuzz targets with all seeds and mutations of them. Seeds are start inputs and earlier findings of `make fuzz`.
@Suite("Fuzz targets")
struct FuzzTests {
  private static func seeds(of target: FuzzTarget) throws -> [(name: String, bytes: [UInt8])] {
    let folder = try #require(Bundle.module.url(forResource: "Seeds", withExtension: nil))
      .appending(path: target.rawValue)
    return try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
      .sorted { $0.path < $1.path }
      .map { ($0.lastPathComponent, Array(try Data(contentsOf: $0))) }
  }

  @Test("Every seed is read or refused correctly", arguments: FuzzTarget.allCases)
  func seeds(_ target: FuzzTarget) throws {
    let seeds = try Self.seeds(of: target)
    #expect(!seeds.isEmpty)
    for seed in seeds { #expect(throws: Never.self, "\(seed.name)") { try target.read(Data(seed.bytes)) } }
  }

  @Test("Mutations of the seeds are read or refused correctly", arguments: FuzzTarget.allCases)
  func mutations(_ target: FuzzTarget) throws {
    let seeds = try Self.seeds(of: target).map(\.bytes)
    var random = SplitMix(seed: 20_240_531)
    for _ in 0..<300 {
      var input = seeds[Int.random(in: 0..<seeds.count, using: &random)]
      for _ in 0..<Int.random(in: 1...8, using: &random) { Self.mutate(&input, with: seeds, using: &random) }
      let bytes = Data(input)
      #expect(throws: Never.self, "\(bytes.base64EncodedString())") { try target.read(bytes) }
    }
  }

  /// Applies one of a fuzzer's usual mutations.
  private static func mutate(_ input: inout [UInt8], with seeds: [[UInt8]], using random: inout SplitMix) {
    let place = Int.random(in: 0...input.count, using: &random)
    let length = Int.random(in: 0...min(64, input.count - place), using: &random)
    switch Int.random(in: 0..<6, using: &random) {
    case 0 where place < input.count: input[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
    case 1 where place < input.count: input[place] = UInt8.random(in: .min ... .max, using: &random)
    case 2: input.removeSubrange(place..<place + length)
    case 3: input.insert(contentsOf: input[place..<place + length], at: place)
    case 4:
      let other = seeds[Int.random(in: 0..<seeds.count, using: &random)]
      let start = Int.random(in: 0...other.count, using: &random)
      input.insert(contentsOf: other[start..<min(other.count, start + 64)], at: place)
    default: input.insert(UInt8.random(in: .min ... .max, using: &random), at: place)
    }
  }
}
