#pragma once

#include <array>
#include <string_view>

namespace assay::results {

// Small logs in the shapes that the tools write, made for these tests.

/// Of 4 ranks on two hosts, with a line of NCCL's and one of a launcher's in between.
inline constexpr std::string_view nccl_log = R"(+ mpirun -n 4 ./build/all_reduce_perf -b 1M -e 2M
# nccl-tests version 2.17.6 nccl-headers=22805 nccl-library=22805
# Collective test starting: all_reduce_perf
# nThread 1 nGpus 1 minBytes 1048576 maxBytes 2097152 step: 2(factor) warmup iters: 1 iters: 20 agg iters: 1 validation: 1 graph: 0
#
# Using devices
#  Rank  0 Group  0 Pid   4711 on         n0 device  0 [0000:07:00] NVIDIA H100 80GB HBM3
#  Rank  1 Group  0 Pid   4712 on         n0 device  1 [0000:0a:00] NVIDIA H100 80GB HBM3
#  Rank  2 Group  0 Pid   5711 on         n1 device  0 [0000:07:00] NVIDIA H100 80GB HBM3
#  Rank  3 Group  0 Pid   5712 on         n1 device  1 [0000:0a:00] NVIDIA H100 80GB HBM3
n0:4711:4711 [0] NCCL INFO Bootstrap : Using eth0
NCCL version 2.28.5+cuda12.9
#
#                                                              out-of-place                       in-place
#       size         count      type   redop    root     time   algbw   busbw #wrong     time   algbw   busbw #wrong
#        (B)    (elements)                               (us)  (GB/s)  (GB/s)            (us)  (GB/s)  (GB/s)
     1048576        262144     float     sum      -1    52.61   19.93   29.90      0    53.03   19.77   29.66      0
n1:5711:5800 [0] NCCL INFO Channel 00 : 2[0] -> 3[1] via P2P
[1,0]<stdout>:     2097152        524288     float     sum      -1    103.8   20.20   30.31      2    102.8   20.40   30.60    N/A
# Out of bounds values : 2 FAILED
# Avg bus bandwidth    : 30.1175
#
)";

/// Of an old version: no root, no group, an error in place of a count; and it does not say which
/// collective.
inline constexpr std::string_view old_nccl_log =
    R"(# nThread 1 nGpus 4 minBytes 4194304 maxBytes 8388608 step: 2(factor) warmup iters: 5 iters: 20 validation: 1
#
# Using devices
#   Rank  0 Pid  12345 on  oldhost device  0 [0x07] Tesla V100-SXM2-16GB
#   Rank  1 Pid  12345 on  oldhost device  1 [0x0a] Tesla V100-SXM2-16GB
#   Rank  2 Pid  12345 on  oldhost device  2 [0x45] Tesla V100-SXM2-16GB
#   Rank  3 Pid  12345 on  oldhost device  3 [0x4b] Tesla V100-SXM2-16GB
#
#                                                     out-of-place                    in-place
#       size         count    type   redop     time   algbw   busbw  error     time   algbw   busbw  error
#        (B)    (elements)                     (us)  (GB/s)  (GB/s)            (us)  (GB/s)  (GB/s)
     4194304       1048576   float     sum    60.00   69.91  104.86  4e-07    61.00   68.76  103.14  4e-07
     8388608       2097152   float     sum    110.0   76.26  114.39  4e-07    112.0   74.90  112.35  4e-07
)";

inline constexpr std::string_view rccl_log = R"(# Collective test starting: all_gather_perf
# nThread 1 nGpus 2 minBytes 1048576 maxBytes 1048576 step: 2(factor) warmup iters: 5 iters: 20 agg iters: 1 validation: 1 graph: 0
#
rccl-tests: Version develop:1234567
# Using devices
#  Rank  0 Group  0 Pid   9632 on       amd0 device  0 [0000:72:00] AMD Instinct MI300X
#  Rank  1 Group  0 Pid   9632 on       amd0 device  1 [0000:0a:00] AMD Instinct MI300X
#
#                                                              out-of-place                       in-place
#       size         count      type   redop    root     time   algbw   busbw #wrong     time   algbw   busbw #wrong
#        (B)    (elements)                               (us)  (GB/s)  (GB/s)            (us)  (GB/s)  (GB/s)
     1048576        131072     float    none      -1    50.00   20.97   10.49      0    51.00   20.56   10.28      0
)";

inline constexpr std::string_view nccl_json = R"({"version": 3, "start_time": "2026-11-01 10:00:00",
 "args": ["./build/all_reduce_perf", "-J", "f"], "env": ["NCCL_DEBUG=INFO"], "nccl_version": 22805,
 "config": {"nthreads": 1, "ngpus": 2, "devices": [
   {"rank": 0, "group": 0, "pid": 1, "hostname": "n0", "device": 0, "device_hex": "0x07", "device_info": "H100"},
   {"rank": 1, "group": 0, "pid": 1, "hostname": "n0", "device": 1, "device_hex": "0x0a", "device_info": "H100"}]},
 "results": [
   {"size": 1048576, "count": 262144, "type": "float", "redop": "sum", "root": "    -1",
    "out_of_place": {"time": 50.0, "alg_bw": 20.97152, "bus_bw": 20.97152, "nwrong": 0.0},
    "out_of_place_per_iter": {"times_us": [49.0, 50.0, 52.0]},
    "in_place": {"time": 51.0, "alg_bw": 20.560314, "bus_bw": 20.560314, "nwrong": null}},
   {"size": 2097152, "count": 524288, "type": "flaot", "redop": "sum", "root": "    -1",
    "out_of_place": {"time": 50.0, "alg_bw": 41.94304, "bus_bw": 41.94304, "nwrong": 0.0},
    "in_place": null}],
 "out_of_bounds": {"count": 0, "okay": "true"}, "end_time": "2026-11-01 10:02:03"}
)";

inline constexpr std::string_view osu_log = R"([n0:227754] SET UCX_NET_DEVICES=mlx5_2:1

# OSU MPI Allreduce Latency Test v7.5
# Datatype: MPI_INT.
# Size       Avg Latency(us)   Min Latency(us)   Max Latency(us)  Iterations
4                      11.69             10.02             12.33        1000
1048576              3576.91           3500.00           3600.12         100

# OSU MPI-CUDA Bandwidth Test v5.6.3
# Size      Bandwidth (MB/s)        Validation
1                       1.89              Pass
4194304             24010.55              Pass
# OSU MPI Latency Test v6.2
# Size          Latency (us)
0                       1.26
8                       1.31
)";

inline constexpr std::string_view perftest_log =
    R"(---------------------------------------------------------------------------------------
                    RDMA_Write BW Test
 Dual-port       : OFF		Device         : mlx5_6
 Number of qps   : 1		Transport type : IB
 Link type       : IB
---------------------------------------------------------------------------------------
 local address: LID 0x8f QPN 0x012b PSN 0x608123
---------------------------------------------------------------------------------------
 #bytes     #iterations    BW peak[Gb/sec]    BW average[Gb/sec]   MsgRate[Mpps]
 2          5000             0.12               0.11   		   6.910203
 8388608    5000             373.98             373.64		   0.005568
---------------------------------------------------------------------------------------
                    RDMA_Write Latency Test
 Dual-port       : OFF		Device         : mlx5_0
 #bytes #iterations    t_min[usec]    t_max[usec]  t_typical[usec]    t_avg[usec]    t_stdev[usec]   99% percentile[usec]   99.9% percentile[usec]
 2       1000          1.60           5.83         1.64     	       1.65        	0.05   		1.78    		5.83
---------------------------------------------------------------------------------------
                    Send Bidirectional BW Test
 #bytes #iterations    BW peak[MB/sec]    BW average[MB/sec]   MsgRate[Mpps]
 65536      1000             22345.12            22340.50		   0.357448
)";

inline constexpr std::string_view perftest_json = R"({
"test_info": {
"test": "RDMA_Write_BW_Test",
"Dual_port": "OFF",
"Device": "mlx5_0",
"Number_of_qps": 1
},
"results": {
"MsgSize": 65536,
"n_iterations": 5000,
"BW_peak": 197.12,
"BW_average": 196.92,
"MsgRate": 0.375595
}
}
)";

inline constexpr std::string_view nvbandwidth_log = R"(nvbandwidth Version: v0.8
Built from Git version: v0.8

CUDA Runtime Version: 12080
Driver Version: 572.83

n7
Device 0: NVIDIA H100 80GB HBM3 (00000000:01:00)
Device 1: NVIDIA H100 80GB HBM3 (00000000:02:00)

Running host_to_device_memcpy_ce.
memcpy CE CPU(row) -> GPU(column) bandwidth (GB/s)
           0         1
 0     52.98     53.02

SUM host_to_device_memcpy_ce 106.00

Running device_to_device_memcpy_write_ce.
memcpy CE GPU(row) <- GPU(column) bandwidth (GB/s)
           0         1
 0       N/A    376.11
 1    375.98       N/A

SUM device_to_device_memcpy_write_ce 752.09

Waived:
Running host_device_latency_sm.
memory latency SM CPU(row) <-> GPU(column) (ns)
           0         1
 0    772.50    780.25

SUM host_device_latency_sm 1552.75

)";

inline constexpr std::string_view nvbandwidth_json = R"log({
 "nvbandwidth": {
  "CUDA Runtime Version": 12080,
  "GPU Device list": ["0: NVIDIA H100 (00000000:01:00): (n7)"],
  "testcases": [
   {"name": "host_to_device_memcpy_ce", "status": "Passed", "sum": 52.98,
    "bandwidth_description": "memcpy CE CPU(row) -> GPU(column) bandwidth (GB/s)",
    "bandwidth_matrix": [["52.98"]]},
   {"name": "device_to_device_memcpy_read_ce", "status": "Waived"}],
  "useMean": false, "version": "v0.8"
}
}
)log";

inline constexpr std::array samples{nccl_log,      old_nccl_log,    rccl_log,
                                    nccl_json,     osu_log,         perftest_log,
                                    perftest_json, nvbandwidth_log, nvbandwidth_json};

}  // namespace assay::results
