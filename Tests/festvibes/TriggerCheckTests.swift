import Foundation
import TestSupport
import Testing

@Suite("festvibes check of triggers")
struct TriggerCheckTests {
  @Test("shows what starts runs beside the schedule, with the variables' values as far as there are any")
  func triggers() throws {
    let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).yaml")
    defer { try? FileManager.default.removeItem(at: file) }
    let text = """
      dataset_id: orders
      data_type: orders
      trigger:
        - {kind: s3, bucket: "${SHOP_BUCKET}", prefix: incoming/}
        - {kind: event, source: com.example.shop, detail_type: OrdersChanged}
      extract: {plugin: file, path: "s3://{bucket}/{key}"}
      parse: {plugin: csv}

      """
    try Data(text.utf8).write(to: file)
    let ran = try FestVibesProcess("check", file.path, environment: ["SHOP_BUCKET": "shop-files"])
    #expect(ran.status == 0, "\(ran.error)")
    #expect(
      ran.output.contains(
        "  started by s3://shop-files/incoming/\n  started by OrdersChanged of com.example.shop\n  SHOP_BUCKET: set"),
      "\(ran.output)")
    let json = try FestVibesProcess("check", "--json", file.path, environment: [:]).output
    let object = try #require(try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
    let dataset = try #require((object["datasets"] as? [[String: Any]])?.first)
    #expect(dataset["triggers"] as? [String] == ["s3://${SHOP_BUCKET}/incoming/", "OrdersChanged of com.example.shop"])
  }

  @Test("says which sink is left out, for a variable without a value")
  func leftOut() throws {
    let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).yaml")
    defer { try? FileManager.default.removeItem(at: file) }
    let text = """
      dataset_id: orders
      data_type: orders
      extract: {plugin: http, url: "https://x.example"}
      parse: {plugin: json}
      load: {plugin: kinesis, stream: "${ORDERS_STREAM:-}"}

      """
    try Data(text.utf8).write(to: file)
    let line = "  the sink kinesis is left out: stream is empty"
    let without = try FestVibesProcess("check", file.path, environment: [:])
    #expect(without.status == 0 && without.output.contains(line), "\(without.output)\(without.error)")
    let with = try FestVibesProcess("check", file.path, environment: ["ORDERS_STREAM": "orders"])
    #expect(with.status == 0 && !with.output.contains("is left out"), "\(with.output)\(with.error)")
  }
}
