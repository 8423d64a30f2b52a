import Foundation

/// A dataset of the plugin `http` with one kind of credentials, each of which has a secret planted in it.
struct PlantedCredentials: Sendable {
  let secret = PlantedSecret()
  /// The last part of the dataset's id, and the first of its source's paths.
  let kind: String
  /// The section `auth`, in which `{server}` stands for the source, and `{NAME}` for the variable with that secret.
  private let auth: String
  /// The names of the variables that hold secrets.
  private let names: [String]

  static let all = [
    PlantedCredentials("query", "{kind: query, name: apikey, secret: {KEY}}", "KEY"),
    PlantedCredentials("header", "{kind: header, name: X-Api-Key, prefix: \"Token \", secret: {KEY}}", "KEY"),
    PlantedCredentials("bearer", "{kind: bearer, secret: {TOKEN}}", "TOKEN"),
    PlantedCredentials("basic", "{kind: basic, user: reader, password: {PASSWORD}}", "PASSWORD"),
    PlantedCredentials(
      "oauth",
      "{kind: oauth_client_credentials, token_url: \"{server}/oauth/token\", client_id: {ID}, client_secret: {SECRET}}",
      "ID", "SECRET"),
    PlantedCredentials(
      "posted",
      "{kind: oauth_client_credentials, token_url: \"{server}/posted/token\", client_id: {ID}, client_secret: {SECRET}, "
        + "send: body}", "ID", "SECRET"),
    // Its token endpoint refuses the credentials.
    PlantedCredentials(
      "strangers",
      "{kind: oauth_client_credentials, token_url: \"{server}/strangers/token\", client_id: {ID}, client_secret: {SECRET}}",
      "ID", "SECRET"),
  ]

  private init(_ kind: String, _ auth: String, _ names: String...) {
    self.kind = kind
    self.auth = auth
    self.names = names
  }

  /// The access token that the source issues.
  var token: String { "\(secret.core).~+/-issued==" }

  var isOAuth: Bool { auth.contains("oauth") }

  /// The variables that hold the secrets.
  var variables: [String: String] {
    Dictionary(uniqueKeysWithValues: names.map { (variable($0), secret.value($0)) })
  }

  /// The secrets as the dataset knows them, and as it makes others of them.
  var values: [String] {
    var values = names.map { secret.value($0) }
    if kind == "basic" { values.append(Self.base64("reader", secret.value("PASSWORD"))) }
    if isOAuth {
      values += [
        token, Self.base64(secret.value("ID"), secret.value("SECRET")),
        Self.base64(secret.encoded("ID"), secret.encoded("SECRET")),
      ]
    }
    return values
  }

  private static func base64(_ user: String, _ password: String) -> String {
    Data("\(user):\(password)".utf8).base64EncodedString()
  }

  private func variable(_ name: String) -> String { "PLANTED_\(kind.uppercased())_\(name)" }

  /// The definition of the dataset. Each of its items is a way in which the source answers.
  func definition(_ id: String, items: [String], server: String) -> String {
    let auth = names.reduce(auth.replacing("{server}", with: server)) {
      $0.replacing("{\($1)}", with: variable($1))
    }
    return """
      dataset_id: \(id)
      data_type: things
      plan: {kind: product, values: {answer: [\(items.joined(separator: ", "))]}}
      extract:
        plugin: http
        url: "\(server)/\(kind)/{answer}"
        auth: \(auth)
        paginate: {kind: link}
        rate: {requests: 100000}
        retry: {attempts: 2, backoff_seconds: 0}
      parse: {plugin: json}
      load:
        plugin: postgres
        table: \(id)
        key: [id]
        columns: {id: text, price: {type: numeric, check: price >= 0}, said: jsonb}

      """
  }
}
