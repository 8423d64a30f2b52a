import FoundationEssentials
import Time

/// A cache or projection that applications read, made from what the sinks hold.
public protocol Publisher: AnyObject {
  /// Publishes a scope again. Publishing twice has the same result.
  /// - Throws: a retryable error if the source or the destination is not reachable. Part of the scope may be published by
  ///   then.
  func publish(_ scope: CacheRequest.Scope, deadline: Deadline) throws(PipelineError) -> PublishReport

  /// Returns the items whose published form differs from what the sinks hold, because something that they share with other
  /// items changed after a time. By default there are none.
  /// - Throws: a retryable error if the source or the destination is not reachable.
  func changedItems(since time: Date, deadline: Deadline) throws(PipelineError) -> [WorkItem]

  /// Tells others that a run has done its items. By default it tells nobody.
  /// - Returns: a report with notes and warnings alone. Nothing that fails here fails the run.
  func complete(_ run: RunCompletion, deadline: Deadline) -> PublishReport
}

extension Publisher {
  public func changedItems(since time: Date, deadline: Deadline) throws(PipelineError) -> [WorkItem] { [] }

  public func complete(_ run: RunCompletion, deadline: Deadline) -> PublishReport { PublishReport() }
}
