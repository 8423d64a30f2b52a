import Contracts
import Foundation
import TestSupport
import Testing
import Versions

@Suite("The pointer of a projection")
struct ProjectionManifestTests {
  private func make() throws -> ProjectionManifest {
    let version = try #require(VersionID("v20261128_030000_000000"))
    let partitions = try ["A/year=2024/month=01", "A/year=2024/month=02"].map { try #require(SeriesPartition($0)) }
    return ProjectionManifest(
      projected: ["v20251128_030000_000000", "\(version)"], projectedAt: "2026-11-28T03:00:05.000Z", announced: version,
      copied: version, copiedUntil: partitions[1],
      replaced: [.init(object: "A/year=2024/month=01/v20251128_030000_000000.json", since: "2026-11-28T03:00:05.000Z")],
      partitions: [
        partitions[0]: .init(
          object: "A/year=2024/month=01/\(version).json", points: 3, digest: "d")
      ])
  }

  @Test("is read as it was written, with the fields of system 002")
  func roundTrip() throws {
    let manifest = try make()
    #expect(try ProjectionManifest(manifest.data, at: "x") == manifest)
    #expect(manifest.partitions.values.first?.version == VersionID("v20261128_030000_000000"))
    let object = try #require(JSONSerialization.jsonObject(with: manifest.data) as? [String: Any])
    #expect(object["projected_versions"] as? [String] == manifest.projected)
    #expect(object["last_projected_version"] as? String == manifest.projected.last)
    #expect(object["last_projection_date"] as? String == manifest.projectedAt)
    #expect(try !ProjectionManifest(ProjectionManifest().data, at: "x").isFormer)
    #expect(try ProjectionManifest(Data(#"{"projected_versions": ["a"]}"#.utf8), at: "x").isFormer)
  }

  @Test(
    "that is damaged is refused, with what to do",
    arguments: [
      ("{", "is not the pointer"), ("[]", "no JSON object"), (#"{"projected_versions": [1]}"#, "projected_versions"),
      (#"{"partitions": []}"#, "partitions is no object"), (#"{"partitions": {"A": {}}}"#, "partitions has an entry"),
      (#"{"partitions": {"A/year=2024/month=01": {"object": "x"}}}"#, "partitions has an entry"),
      (#"{"partitions": {}, "copied_version": "x"}"#, "copied_version"),
      (#"{"partitions": {}, "replaced": [{}]}"#, "replaced"),
    ])
  func damage(text: String, problem: String) {
    let error = #expect(throws: PipelineError.self) { try ProjectionManifest(Data(text.utf8), at: "s3://b/k") }
    #expect(error?.name == .storageCorrupt)
    #expect(error?.message.hasPrefix("s3://b/k is not the pointer of a projection: ") == true)
    #expect(error?.message.contains(problem) == true)
  }
}
