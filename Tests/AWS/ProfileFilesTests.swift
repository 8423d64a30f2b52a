import Foundation
import TestSupport
import Testing
import Time

@testable import AWS

@Suite("AWS: profile files")
struct ProfileFilesTests {
  private func make(config: String = "", credentials: String = "", environment: [String: String] = [:]) -> ProfileFiles
  {
    ProfileFiles(environment: environment.merging(["HOME": "/home/me"]) { given, _ in given }) { path in
      switch path {
      case "/home/me/.aws/config": config
      case "/home/me/.aws/credentials": credentials
      default: nil
      }
    }
  }

  private func credentials(_ files: ProfileFiles) throws -> Credentials? {
    try ProfileCredentials(files).credentials(deadline: .none(on: ManualTime()))
  }

  @Test("The default profile is read from both files, and the credentials file takes precedence")
  func defaultProfile() throws {
    let files = make(
      config: """
        # a comment
        [default]
        region = eu-west-1
        aws_access_key_id=FROM_CONFIG
        s3 =
          addressing_style = path
        [profile other]
        region = us-west-2
        """,
      credentials: """
        [default]
        aws_access_key_id = A
        aws_secret_access_key = S/with=equals+
        aws_session_token=T
        """)
    #expect(files.region == "eu-west-1")
    #expect(
      try credentials(files) == Credentials(accessKeyID: "A", secretAccessKey: "S/with=equals+", sessionToken: "T"))
    #expect(files.settings?["addressing_style"] == nil)
  }

  @Test("A named profile is a section in each file")
  func namedProfile() throws {
    let files = make(
      config: "[profile  run]\r\nregion=eu-central-1\r\n[run]\nregion=wrong",
      credentials: "[run]\naws_access_key_id=A\naws_secret_access_key=S", environment: ["AWS_PROFILE": "run"])
    #expect(files.region == "eu-central-1")
    #expect(try credentials(files)?.accessKeyID == "A")
  }

  @Test("Variables may point to other files")
  func otherFiles() {
    let files = ProfileFiles(environment: ["AWS_CONFIG_FILE": "/etc/aws"]) {
      $0 == "/etc/aws" ? "[default]\nregion=r" : nil
    }
    #expect(files.region == "r")
  }

  @Test(
    "~ and variables in the files' variables are expanded as botocore does",
    arguments: [
      ("~/a/config", "/home/me/a/config"), ("~", "/home/me"), ("$HOME/c", "/home/me/c"), ("${HOME}/c", "/home/me/c"),
      ("/x/$UNSET/${UNSET}/c", "/x/$UNSET/${UNSET}/c"), ("/x~y", "/x~y"), ("~nobody-here/c", "~nobody-here/c"),
      ("~root/c", "/root/c"), ("$TILDE/c", "/home/me/c"), ("a$", "a$"), ("$$HOME", "$/home/me"), ("${HOME", "${HOME"),
    ])
  func expansion(path: String, expanded: String) {
    var read: [String] = []
    _ = ProfileFiles(
      environment: [
        "HOME": "/home/me", "TILDE": "~", "AWS_CONFIG_FILE": path, "AWS_SHARED_CREDENTIALS_FILE": path + "2",
      ]) {
        read.append($0)
        return nil
      }
    #expect(read.first == expanded)
  }

  @Test(
    "Each form in which botocore accepts a setting is read",
    arguments: [
      "[default]\n  region = eu-west-1\n  output = json", "[default]\n\tregion\t=\teu-west-1\t",
      "[default]\nregion: eu-west-1",
      "[default]\nregion:eu-west-1", "[default]\nREGION = eu-west-1", "[default] ; ours\nregion = eu-west-1",
      "[default]\r\n  region: eu-west-1\r\n", "\u{FEFF}[default]\nregion = eu-west-1",
      "  [default]\n  region = eu-west-1",
      "[default]\n# region = wrong\n  ; region = wrong\nregion = eu-west-1\n\n\n",
      "[profile default]\nregion = eu-west-1",
      "[DEFAULT]\nregion = eu-west-1\n[default]\noutput = json", "[default]\rregion = eu-west-1\r",
      "[default]\ns3 =\n  region = wrong\n  x : y\nregion = eu-west-1",
      "[default]\ns3 =\n\tregion = wrong\n\nregion = eu-west-1",
      "[profile default]\nregion = wrong\n[default]\nregion = eu-west-1",
      "[ default ]\nregion = wrong\n[default]\nregion=eu-west-1",
      "[default]\nregion = wrong\nregion = eu-west-1", "nonsense\n[default]\nnonsense\nregion = eu-west-1",
      "[default]\noutput = json\n[profile b]\nregion = wrong\n[default]\nregion = eu-west-1",
    ])
  func forms(config: String) {
    #expect(make(config: config).region == "eu-west-1")
  }

  @Test("A value has its own = : # and ;, and goes on in lines that are indented deeper")
  func values() {
    let settings = make(
      config: """
        [default]
          aws_session_token = a=b:c#d;e
          comment = x # y
          colon: a=b
          long = first
            second
            # no part of it

            third
          next = z
        """
    ).settings
    #expect(
      settings == [
        "aws_session_token": "a=b:c#d;e", "comment": "x # y", "colon": "a=b", "long": "first\nsecond\n\nthird",
        "next": "z",
      ])
  }

  @Test(
    "A profile's name may be quoted, and is compared with its case",
    arguments: [
      ("profile \"x y\"", "x y"), ("profile 'x y'", "x y"), ("profile x\\ y", "x y"), ("profile \"x\"", "x"),
      ("profile   x", "x"), ("profile\tx", "x"), ("profile X", "X"),
    ])
  func names(section: String, name: String) {
    #expect(make(config: "[\(section)]\nregion=r", environment: ["AWS_PROFILE": name]).region == "r")
    #expect(make(config: "[\(section)]\nregion=r", environment: ["AWS_PROFILE": name.lowercased() + "-"]).region == nil)
    #expect(make(config: "[profile X]\nregion=r", environment: ["AWS_PROFILE": "x"]).region == nil)
    #expect(make(config: "[x]\nregion=r", environment: ["AWS_PROFILE": "x"]).region == nil)
    #expect(make(config: "[profile x y]\nregion=r", environment: ["AWS_PROFILE": "x y"]).region == nil)
  }

  @Test("Keys and session token are those of one file")
  func keysOfOneFile() throws {
    let config = "[default]\naws_access_key_id = C\naws_secret_access_key = CS\naws_session_token = CT"
    let both = make(config: config, credentials: "[default]\naws_access_key_id = A\naws_secret_access_key = S")
    #expect(try credentials(both) == Credentials(accessKeyID: "A", secretAccessKey: "S"))
    let other = make(config: config, credentials: "[default]\nregion = r")
    #expect(try credentials(other) == Credentials(accessKeyID: "C", secretAccessKey: "CS", sessionToken: "CT"))
    let half = make(config: config, credentials: "[default]\naws_access_key_id = A")
    #expect(failure { _ = try credentials(half) }?.description.contains("no aws_secret_access_key") == true)
    let former = make(credentials: "[default]\naws_access_key_id=A\naws_secret_access_key=S\naws_security_token=T")
    #expect(try credentials(former)?.sessionToken == "T")
  }

  @Test("AWS_DEFAULT_PROFILE names the profile if AWS_PROFILE does not")
  func defaultProfileVariable() {
    let config = "[profile a]\nregion = ra\n[profile b]\nregion = rb"
    #expect(make(config: config, environment: ["AWS_DEFAULT_PROFILE": "a"]).region == "ra")
    #expect(make(config: config, environment: ["AWS_DEFAULT_PROFILE": "a", "AWS_PROFILE": "b"]).region == "rb")
  }

  @Test("Missing files are an error only if a profile is named")
  func missingFiles() throws {
    #expect(try credentials(make()) == nil)
    let error = failure { _ = try credentials(make(environment: ["AWS_PROFILE": "run"])) }
    #expect(error?.kind == .invalidConfiguration)
    #expect(error?.description.contains("profile run") == true)
  }

  @Test(
    "An unsupported profile is refused with an instruction",
    arguments: ["sso_session = x", "role_arn = arn:aws:iam::1:role/x", "credential_process = /bin/x"])
  func unsupportedProfile(setting: String) {
    let error = failure { _ = try credentials(make(config: "[default]\n\(setting)")) }
    #expect(error?.kind == .invalidConfiguration)
    #expect(error?.description.contains("aws configure export-credentials --profile default") == true)
  }

  @Test("The region of the environment takes precedence over that of the profile")
  func region() throws {
    let files = make(config: "[default]\nregion=from-profile")
    func region(_ environment: [String: String]) throws -> String {
      try AWSSession(environment: environment, profiles: files).region
    }
    #expect(try region(["AWS_REGION": "a", "AWS_DEFAULT_REGION": "b"]) == "a")
    #expect(try region(["AWS_DEFAULT_REGION": "b"]) == "b")
    #expect(try region([:]) == "from-profile")
    #expect(failure { _ = try AWSSession(environment: [:]) }?.description.contains("AWS_REGION is not set") == true)
  }
}
