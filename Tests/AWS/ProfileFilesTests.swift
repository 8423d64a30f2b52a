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
        region = eu-west-1   ; where we are
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
