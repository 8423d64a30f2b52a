import JSON

/// The words of the OpenAPI document about a route beyond its path, its parameters and its summary.
public struct RouteDocumentation: Sendable {
  /// More than the summary, as CommonMark.
  public var description: String
  /// The group of the route in the document.
  public var tag: String
  /// The media type of the response.
  public var mediaType: String
  /// The JSON Schema of the response.
  public var schema: JSONValue
  public var example: JSONValue?
  /// The meanings of the statuses beside 200 that are the route's own.
  public var statuses: [Int: String]
  /// The statuses whose responses may have the form of one with 200 in place of that of an error.
  public var sameFormStatuses: Set<Int>

  public init(
    _ description: String = "", tag: String = "API", mediaType: String = "application/json",
    schema: JSONValue = ["type": "object"], example: JSONValue? = nil, statuses: [Int: String] = [:],
    sameFormStatuses: Set<Int> = []
  ) {
    self.description = description
    self.tag = tag
    self.mediaType = mediaType
    self.schema = schema
    self.example = example
    self.statuses = statuses
    self.sameFormStatuses = sameFormStatuses
  }
}
