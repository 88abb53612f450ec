"""Calls a Sidecar with Debian's python3-grpcio: call_all.py ADDRESS DESCRIPTOR_SET

Reads one line {"Rpc": request, ...} and prints {"Rpc": response, ..., "health": bytes of the health service's answer}.
"""
import json
import sys

import grpc
from google.protobuf import descriptor_pb2, descriptor_pool, json_format, message_factory

address, descriptors = sys.argv[1:]
pool = descriptor_pool.DescriptorPool()
with open(descriptors, "rb") as file:
    for proto in descriptor_pb2.FileDescriptorSet.FromString(file.read()).file:
        pool.Add(proto)
service = pool.FindServiceByName("stigg.sidecar.v1.SidecarService")
messages = message_factory.MessageFactory(pool)

answers = {}
with grpc.insecure_channel(address) as channel:
    for rpc, request in json.loads(sys.stdin.readline()).items():
        method = service.methods_by_name[rpc]
        call = channel.unary_unary(
            f"/{service.full_name}/{rpc}",
            request_serializer=lambda message: message.SerializeToString(),
            response_deserializer=messages.GetPrototype(method.output_type).FromString,
        )
        message = json_format.ParseDict(request, messages.GetPrototype(method.input_type)())
        answers[rpc] = json_format.MessageToDict(call(message, timeout=30), preserving_proto_field_name=True, descriptor_pool=pool)
    health = channel.unary_unary("/grpc.health.v1.Health/Check")
    answers["health"] = list(health(b"", timeout=30))
print(json.dumps(answers))
