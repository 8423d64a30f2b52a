import Contracts

/// The key of an event at its source is its root-relative address.
extension EventRecord: KeyedRecord {
  private enum RecordKeys: String, CodingKey { case event = "event_data" }
  private enum EventKeys: String, CodingKey { case href = "wwoz_event_href" }

  public static func key(in decoder: any Decoder) -> String? {
    try? decoder.container(keyedBy: RecordKeys.self).nestedContainer(keyedBy: EventKeys.self, forKey: .event)
      .decode(String.self, forKey: .href)
  }
}
