import Foundation
import TestSupport
import Testing
import Time

@testable import AWS

@Suite struct ProfileFilesTests {
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

  @Test func theDefaultProfileComesFromBothFilesTheCredentialsFileFirst() throws {
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

  @Test func aNamedProfileIsASectionOfItsOwnInEachFile() throws {
    let files = make(
      config: "[profile  night]\r\nregion=eu-central-1\r\n[night]\nregion=wrong",
      credentials: "[night]\naws_access_key_id=A\naws_secret_access_key=S", environment: ["AWS_PROFILE": "night"])
    #expect(files.region == "eu-central-1")
    #expect(try credentials(files)?.accessKeyID == "A")
  }

  @Test func theFilesMayLieElsewhere() {
    let files = ProfileFiles(environment: ["AWS_CONFIG_FILE": "/etc/aws"]) {
      $0 == "/etc/aws" ? "[default]\nregion=r" : nil
    }
    #expect(files.region == "r")
  }

  @Test func noFilesAreNoCredentialsUnlessAProfileIsNamed() throws {
    #expect(try credentials(make()) == nil)
    let error = failure { _ = try credentials(make(environment: ["AWS_PROFILE": "night"])) }
    #expect(error?.kind == .invalidConfiguration)
    #expect(error?.description.contains("profile night") == true)
  }

  @Test(arguments: ["sso_session = x", "role_arn = arn:aws:iam::1:role/x", "credential_process = /bin/x"])
  func aProfileThatNeedsMoreIsRefusedWithAWordOnWhatToDo(setting: String) {
    let error = failure { _ = try credentials(make(config: "[default]\n\(setting)")) }
    #expect(error?.kind == .invalidConfiguration)
    #expect(error?.description.contains("aws configure export-credentials --profile default") == true)
  }

  @Test func theRegionComesFromTheEnvironmentFirst() throws {
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
