import APIRouting
import Contracts
import Foundation
import JSON
import TestSupport
import Testing
import Time
import Versions

@testable import APIEvents
@testable import AWS

@Suite("GET /series")
struct SeriesRouteTests {
  /// A projection in memory. Requests that read it come one after another.
  private final class Objects: VersionObjects, @unchecked Sendable {
    let stored: [String: Data]
    private(set) var read: [String] = []

    init(_ stored: [String: Data]) { self.stored = stored }

    func getAll(_ keys: [String], maximumBytes: Int, deadline: Deadline) -> [Result<S3Object, AWSError>] {
      read += keys
      return keys.map { key in
        guard let body = stored[key] else { return .failure(AWSError(.notFound, "GetObject", of: key, "no such key")) }
        return .success(S3Object(body: body, info: S3ObjectInfo(etag: "1", size: body.count, metadata: [:])))
      }
    }

    func putAll(_ writes: [VersionWrite], deadline: Deadline) -> [Result<S3WriteResult, AWSError>] {
      writes.map { .failure(AWSError(.accessDenied, "PutObject", of: $0.key, "this reader writes nothing")) }
    }

    func list(prefix: String, delimiter: String?, deadline: Deadline) throws(AWSError) -> S3Listing {
      S3Listing(entries: [], commonPrefixes: [], continuation: nil)
    }

    func delete(_ key: String, deadline: Deadline) throws(AWSError) {
      throw AWSError(.accessDenied, "DeleteObject", of: key, "this reader deletes nothing")
    }

    func address(of key: String) -> String { "s3://bucket/\(key)" }
  }

  private let objects: Objects
  private let router: Router

  init() throws {
    let keys = DatasetKeys(dataset: "prices")
    var stored: [String: Data] = [:]
    var manifest = ProjectionManifest(projected: ["v20261128_030000_000000"])
    // Two codes that only Unicode calls equal are two series.
    for (code, months) in [("A B", 1...1), ("CPI", 1...12), ("e\u{301}", 1...1), ("\u{E9}", 2...3)] {
      for month in months {
        let points = try [1, 15].map { day in
          let text = "2024-\(month < 10 ? "0" : "")\(month)-\(day < 10 ? "0" : "")\(day)T00:00:00-03:00"
          return SeriesPoint(
            time: try #require(PointTime(text)), series: code, value: JSONNumber(100 * month + day), unit: "index",
            frequency: nil, collectionDate: nil)
        }
        let entry = ProjectionManifest.Entry(object: "\(points[0].partition)/x.json", points: 2, digest: "x")
        manifest.partitions[points[0].partition] = entry
        stored[keys.projection(entry)] = PartitionFile.data(points)
      }
    }
    stored[keys.projectionPointer] = manifest.data
    let objects = Objects(stored)
    self.objects = objects
    let route = SeriesRoute { (id) throws(PipelineError) in id == "other" ? nil : VersionStore(objects, dataset: id) }
    router = Router(route.routes, RouterSettings(isPublic: true, makeID: { "id" }))
  }

  private func get(_ target: String) throws -> (status: Int, json: JSONObject) {
    let sides = target.split(separator: "?", maxSplits: 1).map { String($0) }
    let response = router.response(
      to: APIRequest(method: "GET", path: sides[0], query: sides.count > 1 ? sides[1] : ""))
    return (response.status, try #require(try JSONValue(parsing: response.body).object))
  }

  private func pages(_ target: String) throws -> [JSONObject] {
    var (all, cursor): ([JSONObject], String?) = ([], nil)
    repeat {
      let page = try get(target + (cursor.map { "&cursor=\($0)" } ?? ""))
      #expect(page.status == 200)
      all += try #require(page.json["items"]?.array).compactMap(\.object)
      cursor = page.json["next_cursor"]?.string
    } while cursor != nil
    return all
  }

  private func values(_ points: [JSONObject]) -> [Int64] { points.compactMap { $0["value"]?.number?.integer } }

  @Test("A dataset has its series, page by page")
  func list() throws {
    let series = try pages("/series/prices?limit=1")
    #expect(
      series.map { $0["code"]?.string.map { Array($0.utf8) } }
        == ["A B", "CPI", "e\u{301}", "\u{E9}"].map { Array($0.utf8) })
    #expect(series.map { $0["points"] } == [2, 24, 2, 4])
    #expect(series.map { $0["first_month"] } == ["2024-01", "2024-01", "2024-01", "2024-02"])
    #expect(series[1]["last_month"] == "2024-12")
    #expect(try get("/series/prices").json["version"] == "v20261128_030000_000000")
  }

  @Test("A series has every point once, in order of time, whatever the pages' size", arguments: [1, 2, 7, 500])
  func points(limit: Int) throws {
    let points = try pages("/series/prices/CPI?limit=\(limit)")
    let expected: [Int64] = (1...12).flatMap { (month: Int64) -> [Int64] in [100 * month + 1, 100 * month + 15] }
    #expect(values(points) == expected)
    #expect(points[0]["obs_time"] == "2024-01-01T00:00:00-03:00")
    #expect(try get("/series/prices/A%20B").json["items"]?.array?.count == 2)
  }

  @Test("A range has its first and last moment, and reads only its months")
  func range() throws {
    let query = "from=2024-06-01T03:00:00Z&to=2024-06-15T03:00:00Z"
    #expect(values(try pages("/series/prices/CPI?\(query)")) == [601, 615])
    let read = objects.read.filter { $0.contains("month=") }
    #expect((1...3).contains(read.count), "\(read)")
    #expect(try pages("/series/prices/CPI?from=2025-01-01&limit=1").isEmpty)
  }

  @Test("Two requests read at a time; one more waits, and is refused with status 503")
  func atOnce() throws {
    let (reading, gate) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
    let (statuses, ended) = (Locked<[Int]>([]), DispatchSemaphore(value: 0))
    let opening: SeriesRoute.Opening = { (_) throws(PipelineError) in
      reading.signal()
      // Only a test that fails waits that long.
      _ = gate.wait(timeout: .now() + 20)
      return nil
    }
    let route = SeriesRoute(open: opening, wait: .milliseconds(20))
    let router = Router(route.routes, RouterSettings(isPublic: true, makeID: { "id" }))
    for path in ["/series/prices", "/series/prices/CPI"] {
      Thread.detachNewThread {
        let status = router.response(to: APIRequest(method: "GET", path: path)).status
        statuses.change { $0.append(status) }
        ended.signal()
      }
      reading.wait()
    }
    for path in ["/series/prices", "/series/prices/CPI"] {
      let refused = router.response(to: APIRequest(method: "GET", path: path))
      #expect(refused.status == 503)
      #expect(refused.headers["retry-after"] == "5")
    }
    for _ in 0..<2 { gate.signal() }
    for _ in 0..<2 { ended.wait() }
    #expect(statuses.change { $0 } == [404, 404])
    gate.signal()
    #expect(router.response(to: APIRequest(method: "GET", path: "/series/prices")).status == 404)
  }

  @Test("What is not there is 404, and an id is no path", arguments: ["other", "..", "Prices", "a%2Fb", "pri%00ces"])
  func missing(id: String) throws {
    let status = try get("/series/\(id)").status
    #expect(status == 404 || status == 422)
    #expect(objects.read.isEmpty)
    #expect(try get("/series/prices/XYZ").status == 404)
    #expect(try get("/series/prices/CPI?cursor=abc").status == 404)
  }
}
