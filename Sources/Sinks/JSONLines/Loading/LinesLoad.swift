import AWS
import Contracts
import FoundationEssentials
import Time

/// One load of a document, some groups at once.
///
/// The order of the calls is what makes it safe wherever it ends: first the index says where the file will be and where it
/// was; then the file is written; then those under earlier dates are deleted. The next load does what is left of this.
struct LinesLoad {
  /// Groups that are loaded at once: as many connections.
  private static let groupsAtOnce = 32

  let sink: JSONLinesSink
  private let groups: [LineGroup]
  /// The groups by their names.
  private let known: [String: LineGroup]
  let deadline: Deadline
  private var incoming: IncomingLines
  private(set) var differences: [DryRun.Difference] = []

  /// The error of groups that another load has overtaken: they begin again at what that one has written.
  private struct Overtaken: Error {}

  init(_ sink: JSONLinesSink, _ incoming: IncomingLines, _ deadline: Deadline) {
    self.sink = sink
    self.deadline = deadline
    groups = incoming.groups
    known = Dictionary(incoming.groups.map { ($0.name, $0) }) { first, _ in first }
    self.incoming = incoming
  }

  var report: LoadReport { incoming.report }

  private var batches: [[LineGroup]] {
    stride(from: 0, to: groups.count, by: Self.groupsAtOnce).map {
      Array(groups[$0..<min($0 + Self.groupsAtOnce, groups.count)])
    }
  }

  /// - Parameter document: the document's key, for messages.
  mutating func run(_ document: String) throws(PipelineError) {
    for batch in batches {
      var waiting = batch
      do {
        try sink.retrier.run(deadline: deadline, decision: { $0 is Overtaken ? .retry() : .giveUp }) { attempt in
          let plans = try look(waiting)
          if attempt == 1 { try count(plans) }
          waiting = try apply(plans)
          guard waiting.isEmpty else { throw Overtaken() }
        }
      } catch let error as PipelineError {
        throw error
      } catch {
        throw PipelineError(
          .storageUnavailable,
          "\(waiting.count) files of \(sink.name) were written by other loads for as long as this call may take, while "
            + "\(document) was loaded; one is \(sink.objects.address(of: waiting.first?.key ?? "")). The load is repeated"
        )
      }
    }
  }

  /// Compares the groups with what is stored, and writes nothing.
  mutating func compare() throws(PipelineError) {
    for batch in batches { try count(try look(batch)) }
  }

  // MARK: What is stored

  private func look(_ groups: [LineGroup]) throws(PipelineError) -> [GroupPlan] {
    let (groups, kept) = try keepingLines(groups)
    // The file is read before the index. A write that is conditional on this file fails, then, if a later version has been
    // written since the index was read.
    let files = try objects(groups.map(\.key))
    let indexes = try self.indexes(groups.map(\.name))
    let others = groups.indices.map { place in files[place].flatMap { owner(groups[place]).other(of: $0) } }
    let names = others.compactMap(\.self)
    let claims = Dictionary(zip(names, try self.indexes(names))) { first, _ in first }
    let away = groups.indices.filter { place in indexes[place].map { $0.value.key != groups[place].key } ?? false }
    let moved = Dictionary(zip(away, try objects(away.map { indexes[$0]?.value.key ?? "" }))) { first, _ in first }
    return groups.indices.map { place in
      let group = groups[place]
      let keeper = others[place].flatMap { name in
        claims[name].flatMap { $0 }.flatMap { keeps($0.value, name, before: group) ? name : nil }
      }
      var plan = GroupPlan(
        group: group, file: files[place], index: indexes[place], moved: moved[place].flatMap { $0 }, keeper: keeper)
      plan.isOutdated = kept[place].map { !$0.isStill(in: plan) } ?? false
      return plan
    }
  }

  /// Adds to the groups in doubt what their files have and the document lacks.
  /// - Returns: the groups, and the files of those in doubt by their places.
  private func keepingLines(_ groups: [LineGroup]) throws(PipelineError) -> ([LineGroup], [Int: KeptFile]) {
    var (groups, kept) = (groups, [Int: KeptFile]())
    let places = groups.indices.filter { groups[$0].isInDoubt }
    for (place, index) in zip(places, try self.indexes(places.map { groups[$0].name })) {
      // A load that died on a move has left the lines under the dates before.
      let keys = [index?.value.key ?? groups[place].key] + (index?.value.former.reversed() ?? [])
      let files = try objects(keys)
      kept[place] = KeptFile(key: keys[0], etag: files[0]?.info.etag)
      let owner = owner(groups[place])
      let file =
        files.compactMap(\.self).first(where: owner.owns) ?? files[0].flatMap { FileOwner.isNone($0) ? $0 : nil }
      groups[place] = groups[place].keeping(file?.lines(sink.settings) ?? [], sink.settings)
    }
    return (groups, kept)
  }

  /// True if another group keeps the key: it has it, and is of a later version or, of one time, has the greater name.
  private func keeps(_ other: GroupIndex, _ name: String, before group: LineGroup) -> Bool {
    guard other.key == group.key, !LineOrder.isEarlier(other.order, than: group.order) else { return false }
    // It leaves the key with the same document.
    if let leaving = known[name], leaving.key != other.key, !LineOrder.isEarlier(leaving.order, than: other.order) {
      return false
    }
    if LineOrder.isEarlier(group.order, than: other.order) { return true }
    return (group.name.utf8.count, group.name) < (name.utf8.count, name)
  }

  private mutating func count(_ plans: [GroupPlan]) throws(PipelineError) {
    var rejections: [LoadReport.Rejection] = []
    for plan in plans {
      let changes = LineChanges(plan, sink.settings)
      incoming.report.records.new += changes.new
      incoming.report.records.changed += changes.changed
      incoming.report.records.unchanged += changes.unchanged
      differences += changes.differences
      guard !plan.isSuperseded else { continue }
      let name = "\(sink.settings.group) \(plan.group.id)"
      let kept = plan.group.lines.filter(\.isKept).map(\.label)
      if let keeper = plan.keeper {
        let reason =
          "\(name) has the same dates as \(keeper), which is later and keeps \(plan.group.key): its lines are in no file"
        incoming.report.remarks.append("\(sink.name): \(reason)")
        rejections += plan.group.lines.filter { !$0.isKept }.map {
          .init(position: $0.position, reason: reason, key: plan.group.id)
        }
      } else if !kept.isEmpty {
        incoming.report.remarks.append(
          "\(sink.name): \(kept.count) lines of \(name) that the document lacks are kept, since records of it were rejected: "
            + kept.prefix(3).joined(separator: ", ") + (kept.count > 3 ? ", …" : ""))
      }
    }
    try incoming.reject(rejections)
  }

  // MARK: What is written

  /// - Returns: the groups that another load has overtaken.
  private func apply(_ plans: [GroupPlan]) throws(PipelineError) -> [LineGroup] {
    var overtaken = Set(plans.filter(\.isOutdated).map(\.group.id))
    let claims = plans.filter { !$0.isOutdated }.compactMap { plan in
      plan.claim(at: indexKey(plan.group.name)).map { (plan, $0) }
    }
    for (claim, etag) in zip(claims, try put(claims.map(\.1))) where etag == nil {
      overtaken.insert(claim.0.group.id)
    }
    var written: [(plan: GroupPlan, etag: String)] = []
    let writes = plans.filter { !overtaken.contains($0.group.id) }.compactMap { plan in
      plan.write(owner(plan.group).metadata).map { (plan, $0) }
    }
    for (write, etag) in zip(writes, try put(writes.map(\.1))) {
      if let etag { written.append((write.0, etag)) } else { overtaken.insert(write.0.group.id) }
    }
    let ids = Set((claims.map(\.0) + written.map(\.plan)).map(\.group.id))
    let changing = plans.filter {
      !overtaken.contains($0.group.id) && (ids.contains($0.group.id) || !$0.next.former.isEmpty)
    }
    let late = try check(changing, written)
    overtaken.formUnion(late)
    try tidy(changing.filter { !overtaken.contains($0.group.id) })
    return plans.map(\.group).filter { overtaken.contains($0.id) }
  }

  /// Finds the groups of which another load has stored another version in the meantime: of the index, or of the file, which was
  /// read before the index was. A file that a later version left as it was is put back.
  /// - Returns: the groups' ids.
  private func check(
    _ plans: [GroupPlan], _ written: [(plan: GroupPlan, etag: String)]
  ) throws(PipelineError) -> Set<String> {
    let etags = Dictionary(written.map { ($0.plan.group.id, $0.etag) }) { first, _ in first }
    let files = try objects(plans.map(\.group.key))
    var late: Set<String> = []
    for ((plan, file), index) in zip(zip(plans, files), try indexes(plans.map(\.group.name))) {
      let isSame = plan.isSuperseded || file?.info.etag == etags[plan.group.id] ?? plan.file?.info.etag
      guard index?.value != plan.next || !isSame else { continue }
      late.insert(plan.group.id)
      guard let index, index.value.key == plan.group.key, let file = plan.file,
        LineOrder.isEarlier(plan.group.order, than: index.value.order),
        let etag = etags[plan.group.id]
      else { continue }
      _ = try put([restoring(file, at: plan.group.key, .matches(etag: etag))])
    }
    return late
  }

  /// Deletes the files of groups under earlier dates: those that their metadata says to be theirs.
  private func tidy(_ plans: [GroupPlan]) throws(PipelineError) {
    let places = plans.flatMap { plan in plan.next.former.map { (plan, $0) } }
    var deleted: [(plan: GroupPlan, key: String, file: S3Object)] = []
    for (place, file) in zip(places, try objects(places.map(\.1))) {
      guard let file, owner(place.0.group).owns(file) else { continue }
      do throws(AWSError) {
        try sink.objects.delete(place.1, ifMatches: file.info.etag, deadline: deadline)
        deleted.append((place.0, place.1, file))
      } catch {
        // Another group has got these dates in the meantime.
        guard error.kind == .preconditionFailed else { throw PipelineError(lines: error) }
      }
    }
    // A later version may have got the old dates back right before the deletion.
    for (gone, index) in zip(deleted, try indexes(deleted.map(\.plan.group.name))) where index?.value.key == gone.key {
      _ = try put([restoring(gone.file, at: gone.key, .absent)])
    }
  }

  private func restoring(_ file: S3Object, at key: String, _ condition: S3WriteCondition) -> LineWrite {
    LineWrite(key: key, body: file.body, metadata: file.info.metadata, condition: condition)
  }
}
