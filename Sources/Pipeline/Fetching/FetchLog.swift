/// Takes a warning and its fields. The functions write it to their log.
public typealias FetchLog = (_ message: String, _ fields: KeyValuePairs<String, String>) -> Void
