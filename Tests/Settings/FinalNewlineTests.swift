import Contracts
import Settings
import TestSupport
import Testing

@Suite("Newlines at the end of settings")
struct FinalNewlineTests {
  private static let arn = "arn:aws:secretsmanager:us-east-1:123456789012:secret:database-AbCdEf"

  @Test(
    "They are removed from variables and from secrets, with a warning that names the variable and no value",
    arguments: ["\n", "\r\n", "\r", "\n\n", "\r\n\r\n", "\n\r\n"])
  func removed(end: String) throws {
    let value = "postgresql://user:hunter2@db/events"
    var warnings: [String] = []
    let environments = [
      ["PG_DATABASE_URL": value + end], ["PG_DATABASE_URL_SECRET_ARN": Self.arn],
      ["PG_DATABASE_URL_SECRET_ARN": Self.arn + end],
    ]
    for environment in environments {
      let secretEnd = environment["PG_DATABASE_URL_SECRET_ARN"] == Self.arn ? end : ""
      var configuration = Configuration(
        environment: environment,
        secret: { arn in
          #expect(arn == Self.arn)
          return value + secretEnd
        }, warn: { warnings.append($0) })
      #expect(configuration.text(.databaseURL) == value)
      try configuration.validate()
    }
    #expect(warnings.count == 3)
    #expect(warnings[0].hasPrefix("PG_DATABASE_URL ends with a newline"))
    #expect(warnings[1].hasPrefix("the secret in PG_DATABASE_URL_SECRET_ARN ends with a newline"))
    #expect(warnings[2].hasPrefix("PG_DATABASE_URL_SECRET_ARN ends with a newline"))
    #expect(warnings.allSatisfy { !$0.contains("hunter2") && !$0.contains(Self.arn) })
  }

  @Test("Other white space stays, because it may be part of a password, and gives no warning")
  func otherSpace() {
    var warnings: [String] = []
    for value in ["secret ", " secret", "sec\nret", "\nsecret", "secret\t"] {
      var configuration = Configuration(environment: ["REDIS_URL": value], warn: { warnings.append($0) })
      #expect(configuration.text(.redisURL) == value)
    }
    #expect(warnings.isEmpty)
  }

  @Test("A value of newlines alone is missing")
  func onlyNewlines() {
    var missing = Configuration(environment: ["REDIS_URL": "\r\n"])
    _ = missing.text(.redisURL)
    #expect(throws: PipelineError(.configurationInvalid, "REDIS_URL is not set")) { try missing.validate() }
    var empty = Configuration(environment: ["REDIS_URL_SECRET_ARN": Self.arn]) { _ in "\n" }
    _ = empty.text(.redisURL)
    #expect(throws: PipelineError(.configurationInvalid, "the secret in REDIS_URL_SECRET_ARN is empty")) {
      try empty.validate()
    }
    var standard = Configuration(environment: ["REDIS_SOCKET_TIMEOUT": "\n"])
    #expect(standard.seconds(.redisTimeout) == .seconds(5))
  }

  @Test("A number with a newline is a number")
  func number() throws {
    var configuration = Configuration(environment: ["MIN_LISTING_RATIO": "0.25\r\n"])
    #expect(configuration.number(.minimumListingRatio, in: 0...1) == 0.25)
    try configuration.validate()
  }

  @Test("An environment keeps the variables of other programs as they are")
  func environment() {
    var warnings: [String] = []
    let cleaned = FinalNewline.removed(from: [
      "AWS_SECRET_ACCESS_KEY": "hunter2\n", "STATE_MACHINE_ARN": "arn\r\n", "PS1": "$ \n", "AWS_REGION": "r",
      "AWS_SESSION_TOKEN": "\n",
    ]) { warnings.append($0) }
    #expect(
      cleaned == ["AWS_SECRET_ACCESS_KEY": "hunter2", "STATE_MACHINE_ARN": "arn", "PS1": "$ \n", "AWS_REGION": "r"])
    #expect(
      warnings.map { $0.prefix { $0 != " " } } == ["AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "STATE_MACHINE_ARN"])
    #expect(warnings.allSatisfy { !$0.contains("hunter2") })
  }
}
