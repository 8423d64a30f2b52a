import Contracts
import Definitions
import Fetching
import TestSupport
import Testing
import Time

@testable import HTTPExtractor

/// The keys of a definition's section `extract` with `plugin: http`.
@Suite("Keys of the plugin http")
struct FormTests {
  @Test("All keys of a definition arrive in the policy")
  func policy() throws {
    let reader = try makeReader(
      """
      url: https://api.example.org/v1
      user_agent: example-reader/1.0
      headers: {Accept: application/json, X-Client: web}
      auth: {kind: query, name: apikey, secret: API_KEY}
      rate: {requests: "${API_RATE_LIMIT_REQUESTS:-100}", per_seconds: 60}
      retry: {attempts: "${API_RETRY_ATTEMPTS:-4}", backoff_seconds: "${API_RETRY_BACKOFF:-1.5}"}
      breaker: {failures: 7, cooldown_seconds: 30}
      timeout_seconds: 12
      max_body_mb: 3
      verify_ssl: false
      """, variables: ["API_KEY": "s3cr3t-key", "API_RATE_LIMIT_REQUESTS": "50"])
    let policy = reader.policy
    #expect(policy.site.origin == "https://api.example.org" && policy.userAgent == "example-reader/1.0")
    #expect(policy.headers == ["Accept": "application/json", "X-Client": "web"])
    #expect(policy.authentication == .query(name: "apikey", value: "s3cr3t-key"))
    #expect(abs(policy.requestsPerSecond - 50.0 / 60) < 1e-9 && policy.sending.burst == 50)
    #expect(policy.sending.attempts == 4 && policy.sending.backoff == .milliseconds(1500))
    #expect(policy.sending.breakerFailures == 7 && policy.sending.breakerCooldown == .seconds(30))
    #expect(policy.sending.timeout == .seconds(12) && policy.maximumBodyBytes == 3 << 20)
    #expect(!policy.obeysRobots, "an account's terms permit the requests")
  }

  @Test("The standard values are polite (F27)")
  func standards() throws {
    let policy = try makeReader("url: https://api.example.org/v1").policy
    #expect(policy.obeysRobots && policy.requestsPerSecond == 1 && policy.sending.burst == 1)
    #expect(policy.sending.attempts == 3 && policy.sending.backoff == .seconds(1) && policy.authentication == nil)
    #expect(policy.sending.breakerFailures == 5 && policy.sending.breakerCooldown == .seconds(60))
    #expect(policy.sending.timeout == .seconds(30) && policy.maximumBodyBytes == 10 << 20)
    #expect(try makeReader("url: https://x.example/\nrobots: ignore").policy.obeysRobots == false)
  }

  @Test("Each kind of credentials")
  func credentials() throws {
    let variables = ["TOKEN": "t0ken-value", "USER_PASSWORD": "pass-word", "ID": "id-1", "SECRET": "secret-1"]
    func authentication(_ auth: String) throws -> Authentication? {
      try makeReader("url: https://api.example.org/\nauth: {\(auth)}", variables: variables).policy.authentication
    }
    #expect(try authentication("kind: bearer, secret: TOKEN") == .bearer(token: "t0ken-value"))
    #expect(try authentication("kind: bearer, secret: \"${TOKEN}\"") == .bearer(token: "t0ken-value"))
    #expect(
      try authentication("kind: basic, user: reader, password: USER_PASSWORD")
        == .basic(user: "reader", password: "pass-word"))
    #expect(
      try authentication("kind: basic, user: \"${ID}\", password: USER_PASSWORD")
        == .basic(user: "id-1", password: "pass-word"))
    #expect(
      try authentication("kind: header, name: X-Key, prefix: \"Token \", secret: TOKEN")
        == .header(name: "X-Key", value: "Token t0ken-value"))
    #expect(
      try authentication(
        "kind: oauth_client_credentials, token_url: \"https://accounts.example.org/token\", client_id: ID, "
          + "client_secret: SECRET, scope: \"a b\", send: body")
        == .clientCredentials(
          ClientCredentials(
            tokenURL: "https://accounts.example.org/token", id: "id-1", secret: "secret-1", scope: "a b",
            sendsInBody: true)))
  }

  @Test(
    "A wrong definition names the key and what is allowed",
    arguments: [
      ("url: ftp://x", "extract.url: it is 'ftp://x': it must be an address such as"),
      ("url: https://{host}/x", "extract.url"), ("url: https://u:p@x.example/", "extract.url"),
      ("url: https://x.example/a#b", "extract.url"), ("method: PUT", "extract.method"),
      ("body: x", "extract.body: only a request with method: POST has a body"),
      ("method: POST\nbody: x\nform: {a: b}", "extract.form: give body or form"),
      ("headers: {Authorization: x}", "extract.headers: Authorization: credentials belong under auth"),
      ("headers: {Cookie: x}", "credentials belong under auth"), ("headers: {\"a b\": x}", "no name of a header"),
      ("headers: {Accept: x, accept: y}", "extract.headers: a header is there twice"),
      ("headers: {Host: x}", "the program sets it"), ("headers: {X-A: \" x\"}", "a text that a header can hold"),
      ("fallback_periods: 2", "extract.fallback_periods: the request has no {date}"),
      ("period: day", "extract.period"),
      ("incremental: {parameter: since}", "extract.incremental.cursor: it is missing"),
      (
        "incremental: {cursor: '.a | .b'}",
        "extract.incremental.cursor: it is '.a | .b': it must be a path to one value"
      ),
      ("incremental: {cursor: '.a[]'}", "a path to one value"), ("incremental: {cursor: .}", "a path to one value"),
      ("incremental: {cursor: .a, type: number}", "extract.incremental.type"),
      ("incremental: {cursor: .a, type: integer, lag_seconds: 5}", "extract.incremental.lag_seconds: it is for times"),
      ("incremental: {cursor: .a, type: text, format: unix}", "extract.incremental.format: it is for times"),
      ("incremental: {cursor: .a, parameter: p, header: X-A}", "extract.incremental.header: give parameter or header"),
      (
        "incremental: {cursor: .a, header: Cookie}", "extract.incremental.header: Cookie: credentials belong under auth"
      ),
      ("incremental: {cursor: .a, initial: 0}", "extract.incremental.initial: the request does not name {since}"),
      ("query: {q: '{since}'}\nincremental: {cursor: .a}", "extract.incremental: initial is missing"),
      ("state: {kind: s3}", "extract.state: it is not known"), ("lock: x", "extract.lock: it is not known"),
      ("auth: {kind: bearer}", "extract.auth.secret: it is missing: kind bearer needs secret"),
      ("auth: {kind: bearer, secret: A, user: u}", "extract.auth.user: kind bearer has no such key"),
      ("auth: {kind: bearer, secret: literal-token}", "extract.auth.secret: it must name the variable"),
      (
        "auth: {kind: oauth_client_credentials, token_url: \"http://x.example/\", client_id: A, client_secret: A}",
        "extract.auth.token_url: it must begin with https://"
      ),
      ("paginate: {kind: cursor}", "extract.paginate.cursor: it is missing"),
      ("paginate: {kind: link, next_url: .a}", "extract.paginate.next_url: only kind next_url has it"),
      ("paginate: {kind: link, first: 1}", "extract.paginate.first: kind link does not count its pages"),
      ("paginate: {kind: link, parameter: p}", "extract.paginate.parameter"),
      ("paginate: {kind: page_number, size_parameter: s}", "extract.paginate.size: it is missing"),
      ("paginate: {kind: page_number, total_pages: \".a | .b\"}", "a path into the document"),
      ("paginate: {kind: page_number, end_status: [429]}", "extract.paginate.end_status: 429 asks to try again"),
      ("paginate: {kind: page_number, end_status: [500]}", "extract.paginate.end_status"),
      ("paginate: {kind: page_number, end_code: x}", "extract.paginate.end_status: it is missing"),
      ("rate: {requests: 0}", "extract.rate.requests"), ("max_body_mb: 64", "an integer from 1 to 32"),
    ])
  func problems(yaml: String, problem: String) {
    let url = yaml.contains("url: ") && yaml.hasPrefix("url") ? "" : "url: https://x.example/\n"
    let problems = makeSection(url + yaml, variables: ["A": "s3cr3t-value"]).problems
    #expect(problems.contains { $0.contains(problem) }, "\(problems)")
    #expect(!problems.contains { $0.contains("s3cr3t-value") })
  }

  @Test("Credentials are not sent in the clear, but to this machine")
  func plainText() {
    for (url, isAllowed) in [
      ("http://x.example/", false), ("https://x.example/", true), ("http://127.0.0.1:8080/", true),
      ("http://[::1]:80/", true), ("http://localhost/", true), ("http://localhost.x.example/", false),
      ("http://127.0.0.1.x.example/", false),
    ] {
      let problems = makeSection("url: \"\(url)\"\nauth: {kind: bearer, secret: A}", variables: ["A": "x"]).problems
      #expect(problems.isEmpty == isAllowed, "\(url): \(problems)")
    }
  }

  @Test("An address whose variable has no value yet is no problem of a definition that is only looked at")
  func openAddress() {
    let text = """
      dataset_id: items
      data_type: items
      extract:
        plugin: http
        url: "${PLACE}/items"
        auth: {kind: oauth_client_credentials, token_url: "${PLACE}/token", client_id: ID, client_secret: SECRET}

      """
    for (allowed, count) in [(true, 0), (false, 4)] {
      let problems = Definition.read(
        Array(text.utf8), file: "x.yaml", plugins: KnownPlugins(extract: [HTTPReader.form]),
        allowsMissingVariables: allowed
      ) { _, _ in nil }.problems
      #expect(problems.count == count, "\(problems)")
    }
  }

  @Test("A secret without a value is a missing variable")
  func missingSecret() {
    let problems = makeSection("url: https://x.example/\nauth: {kind: bearer, secret: API_KEY}").problems
    #expect(problems.contains { $0.contains("the variable API_KEY has no value") }, "\(problems)")
  }
}
