import Time

/// A sink that can say how many current records it holds of each item.
public protocol RecordCounting {
  /// - Returns: the number of records of each item, by its id. Records that are cancelled do not count.
  func storedCounts(of items: [WorkItem], in dataset: Dataset, deadline: Deadline) throws(PipelineError) -> [String:
    Int]
}
