/// One operation of the API.
public struct Route: Sendable {
  /// The clients that may call the route.
  public enum Access: Sendable {
    /// Everybody.
    case open
    /// Those with a key, unless the API is public.
    case key
    /// As `key`. Programs that can send nothing else, such as calendars, may send the key as the password of HTTP Basic.
    case keyOrPassword
    /// Those with a key, also where the API is public: the ledger is for operators. Without a configured key the route does
    /// not exist.
    case keyAlways
    /// A person with a browser: HTTP Basic, with a key as the password. Without a configured key the route does not exist.
    case password

    /// True if the API's being public opens the route.
    public var followsPublic: Bool { self == .key || self == .keyOrPassword }
    /// True if the route needs a configured key to exist.
    public var needsConfiguredKey: Bool { self == .keyAlways || self == .password }
  }

  public let method: String
  /// The path; a segment in braces is a parameter: `/runs/{id}`.
  public let path: String
  public let parameters: [RouteParameter]
  /// The rules about pairs of them.
  public private(set) var rules: [ParameterRule] = []
  public let access: Access
  /// Seconds for which a client may reuse a response without asking; nil if it must not store it.
  public let maxAge: Int?
  /// One line for the documentation.
  public let summary: String
  /// The rest of the documentation.
  public private(set) var documentation = RouteDocumentation()
  public let handler: @Sendable (RouteCall) throws -> APIResponse

  /// - Parameter handler: throws `APIProblem` for what it refuses; any other error is a response with status 500 or 503.
  public init(
    _ method: String = "GET", _ path: String, _ parameters: [RouteParameter] = [], access: Access = .key,
    maxAge: Int? = nil, _ summary: String, handler: @escaping @Sendable (RouteCall) throws -> APIResponse
  ) {
    self.method = method
    self.path = path
    self.parameters = parameters
    self.access = access
    self.maxAge = maxAge
    self.summary = summary
    self.handler = handler
  }

  /// The same route with what the OpenAPI document says of it.
  public func documented(_ documentation: RouteDocumentation) -> Route {
    var route = self
    route.documentation = documentation
    return route
  }

  /// The same route with rules about its parameters.
  public func ruled(by rules: [ParameterRule]) -> Route {
    var route = self
    route.rules = rules
    return route
  }
}
