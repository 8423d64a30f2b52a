import CMalloc

/// The memory of large responses. By default glibc takes blocks of up to 32 MB from the heap of their thread once one was freed,
/// and keeps them there. 64 responses of 4 MB at once took 376 MB so, and take 150 MB without (`make api-test`).
public enum LargeBlocks {
  /// Lets the process take blocks of 512 KB and more from the system, and give them back when they are freed. Called before
  /// there are other threads.
  public static func returnToSystem() {
    mallopt(M_MMAP_THRESHOLD, 512 << 10)
    mallopt(M_TRIM_THRESHOLD, 1 << 20)
    mallopt(M_ARENA_MAX, 4)
  }
}
