import Contracts
import Testing

@testable import Definitions

@Suite("The triggers of a dataset")
struct TriggerTests {
  private func read(
    _ trigger: String, plugins: KnownPlugins = KnownPlugins(readsTriggers: true), bucket: String? = nil
  ) -> (triggers: [DatasetTrigger]?, problems: [String]) {
    let text = "dataset_id: d\ndata_type: items\nextract: {plugin: x}\ntrigger: \(trigger)\n"
    let (definition, problems) = Definition.read(Array(text.utf8), file: "d.yaml", plugins: plugins) { name, _ in
      name == "BUCKET" ? bucket : nil
    }
    return (definition?.triggers, problems.map(\.description))
  }

  @Test("are objects of a bucket and events, in a list or as one mapping; a bucket may be a variable")
  func kinds() {
    #expect(read("null").triggers == [])
    #expect(
      read("{kind: s3, bucket: \"${BUCKET}\", prefix: incoming/}", bucket: "shop-files").triggers
        == [.object(bucket: "shop-files", prefix: "incoming/")])
    let both = read("[{kind: s3, bucket: shop}, {kind: event, source: com.example.shop, detail_type: Orders Changed}]")
    #expect(both.problems.isEmpty)
    #expect(
      both.triggers
        == [.object(bucket: "shop", prefix: ""), .event(source: "com.example.shop", detailType: "Orders Changed")])
  }

  @Test(
    "A mistake names the key and what is allowed",
    arguments: [
      ("{kind: sqs}", "trigger.kind: it is 'sqs'"), ("{bucket: shop}", "trigger.kind: it is missing"),
      ("{kind: s3}", "trigger.bucket: it is missing: kind s3 needs it"),
      ("{kind: s3, bucket: Shop}", "trigger.bucket: it is 'Shop': it must be a bucket's name"),
      ("{kind: s3, bucket: -shop}", "a bucket's name"), ("{kind: s3, bucket: sh}", "a bucket's name"),
      ("{kind: s3, bucket: \"${BUCKET}\"}", "the variable BUCKET has no value"),
      ("{kind: s3, bucket: shop, source: x}", "trigger.source: kind s3 has no such key"),
      ("{kind: event, source: x}", "trigger.detail_type: it is missing: kind event needs it"),
      ("{kind: event, source: x, detail_type: y, prefix: z}", "trigger.prefix: kind event has no such key"),
      ("{kind: event, source: aws.states, detail_type: x}", "trigger.source: it is aws.states: a run makes such"),
      ("{kind: event, source: aws.s3, detail_type: x}", "Use kind s3 for the objects of a bucket"),
      ("{kind: s3, bucket: shop, suffix: .csv}", "it is not known: the keys here are kind, bucket, prefix, source"),
      (
        "[{kind: s3, bucket: shop, prefix: in/}, {kind: s3, bucket: other}, {kind: s3, bucket: shop}]",
        "trigger: trigger[0], s3://shop/in/, and trigger[2], s3://shop/, have something in common"
      ),
      (
        "[{kind: event, source: x, detail_type: y}, {kind: event, source: x, detail_type: y}]",
        "trigger[0], y of x, and trigger[1], y of x, have something in common"
      ),
    ])
  func mistakes(trigger: String, problem: String) {
    let (triggers, problems) = read(trigger)
    #expect(triggers == nil)
    #expect(problems.count == 1 && problems[0].contains(problem), "\(problems)")
  }

  @Test("are not looked at by a program that does not read them: their variables need no values")
  func unread() {
    let (triggers, problems) = read("{kind: s3, bucket: \"${BUCKET}\"}", plugins: KnownPlugins())
    #expect(triggers == [] && problems.isEmpty)
  }

  @Test(
    "are met by objects below the prefix, byte for byte, and by equal events",
    arguments: [
      (DatasetTrigger.object(bucket: "b", prefix: "in/"), DatasetTrigger.object(bucket: "b", prefix: "in/a.csv"), true),
      (.object(bucket: "b", prefix: ""), .object(bucket: "b", prefix: "a"), true),
      (.object(bucket: "b", prefix: "in/"), .object(bucket: "b", prefix: "in"), false),
      (.object(bucket: "b", prefix: "in/"), .object(bucket: "c", prefix: "in/a"), false),
      (.object(bucket: "b", prefix: "e"), .object(bucket: "b", prefix: "\u{65}\u{301}.csv"), true),
      (.event(source: "s", detailType: "t"), .event(source: "s", detailType: "t"), true),
      (.event(source: "s", detailType: "t"), .event(source: "s", detailType: "u"), false),
      (.event(source: "s", detailType: "t"), .object(bucket: "s", prefix: "t"), false),
    ])
  func meeting(trigger: DatasetTrigger, other: DatasetTrigger, isMet: Bool) {
    #expect(trigger.covers(other) == isMet)
  }
}
