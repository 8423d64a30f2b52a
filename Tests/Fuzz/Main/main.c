// The program's main is libFuzzer's, which comes with -sanitize=fuzzer; this file makes SwiftPM link one.
int LLVMFuzzerTestOneInput(const unsigned char *bytes, unsigned long size);
int (*const festvibes_fuzz_entry)(const unsigned char *, unsigned long) = LLVMFuzzerTestOneInput;
