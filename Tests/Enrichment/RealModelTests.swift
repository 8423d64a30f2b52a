import Contracts
import Embedding
import Foundation
import Ledger
import Postgres
import TestSupport
import Testing
import Time

@testable import Enrichment

/// The real model.
private struct RealModel: TextEmbedder {
  /// `EMBEDDING_WEIGHTS`, or what `make weights` makes; nil without it.
  static let path: String? = {
    if let path = ProcessInfo.processInfo.environment["EMBEDDING_WEIGHTS"], !path.isEmpty { return path }
    let made = SourceFiles.root.appending(path: ".local/weights/all-MiniLM-L6-v2.fp16").path
    return FileManager.default.fileExists(atPath: made) ? made : nil
  }()

  let model: EmbeddingModel
  var version: String { model.version }

  func embed(_ text: String) -> [Float] { model.embed(text) }
}

extension EmbeddingTests {
  /// A database of the legacy system, whose vectors sentence-transformers made, and the model of this one.
  @Suite(
    "Vectors of the legacy system and the real model",
    .enabled(if: RealModel.path != nil, "the model's weights are missing: run make weights"))
  final class RealModelTests: EmbeddingSuite {
    private struct Golden: Decodable { let text: String }

    /// Texts that are descriptions, with the vectors of sentence-transformers.
    private static func descriptions() throws -> [(text: String, vector: String)] {
      let folder = SourceFiles.root.appending(path: "Tests/Embedding/Fixtures")
      let golden = try JSONDecoder().decode(
        [Golden].self, from: Data(contentsOf: folder.appending(path: "golden.json")))
      let bytes = [UInt8](try Data(contentsOf: folder.appending(path: "vectors.f32")))
      let numbers = stride(from: 0, to: bytes.count, by: 4).map { start in
        Float(bitPattern: (0..<4).reduce(0) { $0 | UInt32(bytes[start + $1]) << (8 * $1) })
      }
      #expect(numbers.count == golden.count * EmbeddingVector.dimensions)
      return golden.enumerated().map { index, golden in
        (golden.text, EmbeddingVector.text(Array(numbers[(index * EmbeddingVector.dimensions)...].prefix(384))))
      }.filter { text, _ in EmbeddedText.description(text) == text && !text.unicodeScalars.contains("\0") }
    }

    /// The three nearest descriptions of each, by vectors in a column.
    private func neighbours(_ column: String) throws -> [String] {
      try lines(
        """
        select (select string_agg(o.id::text, ' ' order by o.\(column) <=> e.\(column)) from (
          select o.id, o.\(column) from events o where o.id <> e.id order by o.\(column) <=> e.\(column) limit 3) o)
        from events e order by e.id
        """)
    }

    @Test("are kept bit for bit; the vectors of this model have the same nearest neighbours (F50)")
    func kept() throws {
      let given = try Self.descriptions()
      #expect(given.count > 40)
      try execute(
        """
        create extension vector;
        create table events (
          id serial primary key, wwoz_event_href text unique, description text, scrape_time timestamptz,
          performance_time timestamptz, description_embedding vector(384), former vector(384));
        """)
      for (index, row) in given.enumerated() {
        try connection.query(
          """
          insert into events (wwoz_event_href, description, scrape_time, description_embedding, former)
          values ($1, $2, '2024-05-31', $3::vector, $3::vector)
          """, [.text("/events/\(index)"), .text(row.text), .text(row.vector)], deadline: within())
      }
      let model = RealModel(model: try EmbeddingModel(file: try #require(RealModel.path)))
      let database = try makeDatabase()
      let service = EmbeddingService(database, schema: EmbeddingSchema(database)) { model }
      let report = try service.run(deadline: within())
      #expect(report.kept == given.count)
      let versions = "select distinct embedding_model from events"
      #expect(try lines(versions) == [model.version])
      #expect(
        try lines("select id::text from events where description_embedding::text is distinct from former::text").isEmpty
      )

      // The same texts by this model.
      try execute(
        "update events set description_embedding = null, description_embedding_hash = null, embedding_source = null")
      #expect(try service.run(deadline: within()).rows["events"] == given.count)
      #expect(
        try lines("select id::text from events where description_embedding::text is distinct from former::text").count
          > 0, "they are made anew")
      #expect(try neighbours("description_embedding") == neighbours("former"))
    }
  }
}
