import APIRouting
import JSON

/// A route as an operation of the OpenAPI document.
struct OpenAPIOperation {
  let route: Route
  let needsKey: Bool

  var json: JSONValue {
    var operation = JSONObject()
    operation["operationId"] = .string(id)
    operation["tags"] = [.string(route.documentation.tag)]
    operation["summary"] = .string(route.summary)
    let rules = route.rules.map(\.text).joined(separator: " ")
    let texts = [route.documentation.description, rules].filter { !$0.isEmpty }
    if !texts.isEmpty { operation["description"] = .string(texts.joined(separator: "\n\n")) }
    if !route.parameters.isEmpty { operation["parameters"] = .array(route.parameters.map(Self.parameter)) }
    operation["responses"] = .object(responses)
    let password: [JSONValue] = route.access == .keyOrPassword ? [["password": []]] : []
    operation["security"] = .array(needsKey ? [["key": []], ["bearer": []]] + password : [])
    return .object(operation)
  }

  /// `get_runs_id`
  private var id: String {
    let words = route.path.split { !$0.isLetter && !$0.isNumber }
    return ([route.method.lowercased()] + (words.isEmpty ? ["root"] : words.map(String.init))).joined(separator: "_")
  }

  private var responses: JSONObject {
    var responses = JSONObject()
    responses["200"] = response(200, "The response.")
    if route.maxAge != nil {
      responses["304"] = [
        "description": "The client's response, by If-None-Match, is still right.", "headers": headers(of: 304),
      ]
    }
    var problems = [
      400: "The path or the query has a % without two hexadecimal digits, or is not UTF-8.",
      503: "The server or the database is busy: try again.",
    ]
    if needsKey { problems[401] = "The key is missing or wrong." }
    problems[422] =
      route.parameters.isEmpty
      ? "There is a parameter, and none is known here."
      : "Parameters are wrong, or not known here: `errors` names them."
    for (status, meaning) in route.documentation.statuses { problems[status] = "\(meaning)." }
    for (status, meaning) in problems.sorted(by: { $0.key < $1.key }) {
      let hasSameForm = route.documentation.sameFormStatuses.contains(status)
      responses[String(status)] = hasSameForm ? response(status, meaning, orProblem: true) : problem(status, meaning)
    }
    responses["default"] = problem(0, "Another problem, such as 429: too many requests.")
    return responses
  }

  /// - Parameter orProblem: true if a response with this status may have the form of an error, too.
  private func response(_ status: Int, _ description: String, orProblem: Bool = false) -> JSONValue {
    var media = JSONObject([("schema", route.documentation.schema)])
    if status == 200 { media["example"] = route.documentation.example }
    var content = JSONObject([(route.documentation.mediaType, .object(media))])
    if orProblem { content["application/problem+json"] = Self.problemSchema }
    return ["description": .string(description), "headers": headers(of: status), "content": .object(content)]
  }

  private static let problemSchema: JSONValue = ["schema": ["$ref": "#/components/schemas/Problem"]]

  private func problem(_ status: Int, _ description: String) -> JSONValue {
    [
      "description": .string(description), "headers": headers(of: status),
      "content": ["application/problem+json": Self.problemSchema],
    ]
  }

  private func headers(of status: Int) -> JSONValue {
    var names = ["X-Request-ID", "X-API-Latency-ms"]
    if route.maxAge != nil, status == 200 || status == 304 { names += ["ETag", "Cache-Control"] }
    if status == 503 || status == 0 { names.append("Retry-After") }
    return .object(JSONObject(names.map { ($0, ["$ref": .string("#/components/headers/\($0)")]) }))
  }

  private static func parameter(_ parameter: RouteParameter) -> JSONValue {
    var schema = parameter.kind.schema
    if let pattern = parameter.pattern { schema["pattern"] = .string(pattern) }
    if let standard = parameter.standard.flatMap({ parameter.kind.json($0) }) { schema["default"] = standard }
    var json = JSONObject([
      ("name", .string(parameter.name)), ("in", .string(parameter.location.rawValue)),
      ("required", .bool(parameter.isRequired)), ("description", .string(description(of: parameter))),
      ("schema", .object(schema)),
    ])
    json["example"] = parameter.example.flatMap { parameter.kind.json($0) }
    return .object(json)
  }

  /// With the default, if it is no value: `today`.
  private static func description(of parameter: RouteParameter) -> String {
    let end = parameter.summary.hasSuffix(".") ? "" : "."
    guard let standard = parameter.standard, parameter.kind.json(standard) == nil else {
      return parameter.summary + end
    }
    return "\(parameter.summary)\(end) By default \(standard)."
  }
}

extension RouteParameter.Kind {
  /// The JSON Schema of the values.
  fileprivate var schema: JSONObject {
    switch self {
    case .text(let longest):
      JSONObject([
        ("type", "string"), ("maxLength", .number(JSONNumber(longest))), ("pattern", #"^[^\u0000-\u001f\u007f]*$"#),
      ])
    case .integer(let range):
      JSONObject(
        [("type", "integer"), ("minimum", .number(JSONNumber(range.lowerBound)))]
          + (range.upperBound == .max ? [] : [("maximum", .number(JSONNumber(range.upperBound)))]))
    case .decimal(let least, let most):
      JSONObject(
        [("type", "number")]
          + [("minimum", least), ("maximum", most)].compactMap { name, bound in
            bound.flatMap { JSONNumber($0) }.map { (name, .number($0)) }
          })
    case .date: JSONObject([("type", "string"), ("format", "date")])
    case .time: JSONObject([("type", "string"), ("format", "date-time")])
    case .choice(let texts): JSONObject([("type", "string"), ("enum", .array(texts.map { .string($0) }))])
    case .flag: JSONObject([("type", "boolean")])
    }
  }

  /// A value of the kind; nil if the text is none.
  fileprivate func json(_ text: String) -> JSONValue? {
    switch self {
    case .integer, .decimal: JSONNumber(text).map { .number($0) }
    case .flag: text == "true" ? true : text == "false" ? false : nil
    case .choice(let texts): texts.contains(text) ? .string(text) : nil
    case .date, .time: text.utf8.first.map { (0x30...0x39).contains($0) } == true ? .string(text) : nil
    case .text: .string(text)
    }
  }
}
