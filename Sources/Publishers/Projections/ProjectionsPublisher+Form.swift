import Definitions

extension ProjectionsPublisher {
  /// The publisher's name. It has no section of its own: it reads that of the sink.
  public static let form = PluginForm(
    "projections", "One view of all versions of time series in S3, with one pointer.", SectionForm([]))
}
