import Definitions

extension EventCachePublisher {
  /// A publisher's section of this plugin.
  public static let form = PluginForm(
    "event_cache", "The days of events in Redis, which applications read. It reads the tables of the sink concerts.",
    SectionForm([]))
}
