"""What guards in force found of texts that ship."""

import django.db.models.deletion
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('govern', '0029_keeping'),
    ]

    operations = [
        migrations.CreateModel(
            name='DetectionRun',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('policies_sha256', models.CharField(max_length=64)),
                ('corpus_sha256', models.CharField(max_length=64)),
                ('result', models.TextField(verbose_name='result')),
                ('result_sha256', models.CharField(max_length=64)),
                ('planted', models.PositiveIntegerField(verbose_name='planted')),
                ('found', models.PositiveIntegerField(verbose_name='found')),
                ('ordinary', models.PositiveIntegerField(verbose_name='ordinary')),
                ('alarms', models.PositiveIntegerField(verbose_name='false alarms')),
                ('by', models.CharField(blank=True, max_length=150, verbose_name='by')),
                ('at', models.DateTimeField(auto_now_add=True, verbose_name='measured')),
                ('revision', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='govern.revision', verbose_name='revision')),
            ],
            options={
                'verbose_name': 'detection run',
                'verbose_name_plural': 'detection runs',
                'ordering': ('-at',),
            },
        ),
    ]
