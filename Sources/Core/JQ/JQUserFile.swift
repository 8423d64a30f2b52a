import Glibc

/// The definitions of a user, which libjq includes in every program: records must not depend on them.
enum JQUserFile {
  static func check() throws(JQError) {
    guard let home = getenv("HOME").map({ String(cString: $0) }), !home.isEmpty, access("\(home)/.jq", F_OK) == 0
    else { return }
    throw JQError(
      "libjq would add the definitions in ~/.jq to every filter: set HOME to a folder without that file",
      isOfMachine: true)
  }
}
