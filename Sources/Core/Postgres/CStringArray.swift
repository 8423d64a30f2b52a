import Glibc

/// A null-terminated array of C strings.
final class CStringArray {
  private var owned: [UnsafeMutablePointer<CChar>?]
  var pointers: [UnsafePointer<CChar>?] { owned.map { $0.map { UnsafePointer($0) } } }

  init(_ texts: [String]) { owned = texts.map { strdup($0) } + [nil] }

  deinit {
    for pointer in owned { free(pointer) }
  }
}
