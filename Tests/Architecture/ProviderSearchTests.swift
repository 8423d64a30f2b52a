import Foundation
import TestSupport
import Testing

/// Terraform runs its provider with the credentials of the deployment: terraform/tf takes a copy on this machine only
/// from folders that other accounts cannot change.
@Suite("A copy of terraform's provider")
struct ProviderSearchTests {
  private static let version = "0.0.1"
  /// A folder that only root and this account can change, if the repository is in one.
  private static let trusted = SourceFiles.root.appending(path: ".build/provider-search")
  private static let isTrusted = isPrivate(SourceFiles.root)

  @Test("is taken from the user's plugin cache", .enabled(if: isTrusted, "other accounts can change the repository"))
  func trusted() throws {
    let cache = Self.trusted.appending(path: UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: cache) }
    try plant(in: cache)
    #expect(try search(cache).contains("path    = \"\(cache.path)\""))
  }

  @Test("is refused below a folder that every account can write")
  func planted() throws {
    let cache = FileManager.default.temporaryDirectory.appending(path: "plugins-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: cache) }
    try plant(in: cache)
    let output = try search(cache)
    #expect(!output.contains("path    ="), "\(output)")
    #expect(output.contains("is not used, because other accounts can change"), "\(output)")
  }

  @Test(
    "is refused if another account owns it or can write it, or if a link leads to it",
    .enabled(if: isTrusted, "other accounts can change the repository"),
    arguments: ["writable", "in a writable folder", "owned", "linked"])
  func changeable(how: String) throws {
    guard how != "owned" || geteuid() == 0 else { return }  // only root can give a file away
    let cache = Self.trusted.appending(path: UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: cache) }
    let provider = try plant(in: cache)
    let files = FileManager.default
    switch how {
    case "writable": try files.setAttributes([.posixPermissions: 0o757], ofItemAtPath: provider.path)
    case "in a writable folder":
      try files.setAttributes([.posixPermissions: 0o775], ofItemAtPath: provider.deletingLastPathComponent().path)
    case "owned": try files.setAttributes([.ownerAccountID: 1], ofItemAtPath: provider.path)
    default:
      let target = cache.appending(path: "elsewhere")
      try files.moveItem(at: provider, to: target)
      try files.createSymbolicLink(at: provider, withDestinationURL: target)
    }
    let output = try search(cache)
    #expect(!output.contains("path    ="), "\(output)")
    #expect(output.contains("is not used"), "\(output)")
  }

  /// Makes an executable where terraform would look for the provider below `cache`.
  @discardableResult private func plant(in cache: URL) throws -> URL {
    let folder = cache.appending(path: "registry.terraform.io/hashicorp/aws/\(Self.version)/linux_amd64")
    try FileManager.default.createDirectory(
      at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o755])
    let provider = folder.appending(path: "terraform-provider-aws_v\(Self.version)_x5")
    try Data("#!/bin/sh\n".utf8).write(to: provider)
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: provider.path)
    return provider
  }

  /// Runs a copy of terraform/tf, whose terraform prints the configuration that it was given, with `cache` as the user's
  /// plugin cache. Returns its output and errors.
  private func search(_ cache: URL) throws -> String {
    let files = FileManager.default
    let copy = files.temporaryDirectory.appending(path: "tf-\(UUID().uuidString)")
    defer { try? files.removeItem(at: copy) }
    for path in ["terraform/tf", "statemachine/local/private"] {
      let target = copy.appending(path: path)
      try files.createDirectory(at: target.deletingLastPathComponent(), withIntermediateDirectories: true)
      try? files.copyItem(at: SourceFiles.root.appending(path: path), to: target)
    }
    let lock = "provider \"aws\" {\n  version     = \"\(Self.version)\"\n}\n"
    try Data(lock.utf8).write(to: copy.appending(path: "terraform/.terraform.lock.hcl"))
    let terraform = copy.appending(path: "bin/terraform")
    try files.createDirectory(at: terraform.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data("#!/bin/sh\ncat \"${TF_CLI_CONFIG_FILE:-/dev/null}\"\n".utf8).write(to: terraform)
    try files.setAttributes([.posixPermissions: 0o755], ofItemAtPath: terraform.path)
    let output = copy.appending(path: "output")
    let process = try ChildProcess(
      copy.appending(path: "terraform/tf").path,
      environment: [
        "PATH": "\(terraform.deletingLastPathComponent().path):/usr/bin:/bin", "HOME": copy.path,
        "TF_PLUGIN_CACHE_DIR": cache.path,
      ],
      output: output.path)
    #expect(process.wait() == 0)
    return try String(contentsOf: output, encoding: .utf8)
  }

  /// True if only root and this account can change the folder, or replace it.
  private static func isPrivate(_ folder: URL) -> Bool {
    var path = folder.resolvingSymlinksInPath()
    while true {
      var status = stat()
      guard stat(path.path, &status) == 0, [0, geteuid()].contains(status.st_uid), status.st_mode & 0o022 == 0 else {
        return false
      }
      if path.path == "/" { return true }
      path.deleteLastPathComponent()
    }
  }
}
