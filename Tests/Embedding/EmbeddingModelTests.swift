import Foundation
import Testing

@testable import Embedding

@Suite("Vectors", .enabled(if: ModelUnderTest.path != nil, "\(ModelUnderTest.reason)"))
struct EmbeddingModelTests {
  @Test("are those of sentence-transformers, for texts of many kinds (F50)")
  func golden() throws {
    let model = try EmbeddingModel(file: ModelUnderTest.file())
    let golden = try ModelUnderTest.golden()
    let vectors = try ModelUnderTest.vectors()
    #expect(golden.count == vectors.count && golden.count >= 50)
    for (expected, vector) in zip(golden, vectors) {
      let found = model.embed(expected.text)
      #expect(found.count == EmbeddingModel.dimensions)
      #expect(cosine(found, vector) >= 0.99999, "\(expected.text.debugDescription)")
      #expect(abs(cosine(found, found) - 1) < 1e-6)
      #expect(abs(found.reduce(0) { $0 + $1 * $1 } - 1) < 1e-5, "\(expected.text.debugDescription)")
    }
  }

  @Test("are the same with every instruction set of this CPU", arguments: ["avx512", "avx2", "neon", "portable"])
  func instructionSets(name: String) throws {
    guard let kernels = Kernels(named: name) else {
      // Only the portable ones run on every CPU.
      #expect(name != "portable")
      return
    }
    let model = try EmbeddingModel(file: ModelUnderTest.file(), kernels: kernels)
    #expect(model.instructionSet == name)
    let golden = try ModelUnderTest.golden()
    let vectors = try ModelUnderTest.vectors()
    // Numbers of tokens from 2 to 256, for blocks of every size.
    var lengths: Set<Int> = []
    for (expected, vector) in zip(golden, vectors) where lengths.insert(expected.tokens.count).inserted {
      #expect(cosine(model.embed(expected.text), vector) >= 0.99999, "\(expected.text.debugDescription)")
    }
    #expect(lengths.contains(2) && lengths.contains(256) && lengths.count > 20)
  }

  @Test("do not depend on what else is embedded at the same time")
  func threads() async throws {
    let model = try EmbeddingModel(file: ModelUnderTest.file())
    let texts = try ModelUnderTest.golden().map(\.text).filter { $0.utf8.count < 100 }
    let expected = texts.map(model.embed)
    await withTaskGroup(of: [[Float]].self) { group in
      for _ in 0..<4 { group.addTask { texts.map(model.embed) } }
      for await found in group { #expect(found == expected) }
    }
  }

  @Test("have the version of the file's header")
  func version() throws {
    let model = try EmbeddingModel(file: ModelUnderTest.file())
    #expect(model.version == "all-MiniLM-L6-v2/fp16-1")
    #expect(["avx512", "avx2", "neon", "portable"].contains(model.instructionSet))
    #expect(EmbeddingModel.dimensions == 384)
  }
}
